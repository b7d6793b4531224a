import { IANAZone } from 'luxon';

const HOUR_MS = 3_600_000;
const offsets = new Map<string, number>();

/** Offset of a zone in minutes; asked once per zone and quarter of an hour, since no zone changes within one. */
function offsetMinutes(zone: string, ms: number): number {
  const key = `${zone}|${Math.floor(ms / (HOUR_MS / 4))}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = IANAZone.create(zone).offset(ms);
    if (offsets.size > 50_000) offsets.clear();
    offsets.set(key, offset);
  }
  return offset;
}

function local(at: Date, zone: string): { iso: string; suffix: string } {
  const minutes = offsetMinutes(zone, at.getTime());
  const iso = new Date(at.getTime() + minutes * 60_000).toISOString();
  const size = Math.abs(minutes);
  const suffix = `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`;
  return { iso, suffix };
}

/** As in MetaData: "2026-11-02T01:10:11-08:00", whole seconds. */
export function inSeconds(at: Date, zone: string): string {
  const { iso, suffix } = local(at, zone);
  return iso.slice(0, 19) + suffix;
}

/** As in the `time` of a reply: with milliseconds. */
export function inMillis(at: Date, zone: string): string {
  const { iso, suffix } = local(at, zone);
  return iso.slice(0, 23) + suffix;
}

/** The date on the company's wall. */
export const localDate = (at: Date, zone: string): string => local(at, zone).iso.slice(0, 10);

const timestamp = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Reads a timestamp or a date; without an offset it is taken in the company's zone. */
export function readTimestamp(text: string, zone: string): Date | undefined {
  if (!timestamp.test(text)) return undefined;
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10));
  const full = text.length === 10 ? `${text}T00:00:00` : text;
  const at = new Date(hasOffset ? full.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : `${full}Z`);
  if (Number.isNaN(at.getTime())) return undefined;
  if (hasOffset) return at;
  return new Date(at.getTime() - offsetMinutes(zone, at.getTime()) * 60_000);
}

/** A date of the calendar as YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
}

/** A date moved by whole days. */
export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
