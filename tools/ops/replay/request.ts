import type { Bound, ReplayRequest } from '@cashloop/messaging/replay';
import { UserFault } from '../../local/faults.ts';

export interface ReplayOptions {
  projection: string;
  from?: string;
  to?: string;
  filter?: string[];
  drop?: boolean;
  reason?: string;
}

const ID = /^[1-9]\d{0,17}$/;

/** What the command line asks for. @throws a sentence that names the option */
export function requestOf({ projection, from, to, filter = [] }: ReplayOptions): ReplayRequest {
  const customers = idsOf(filter, 'customer');
  const orgs = idsOf(filter, 'org');
  const [begin, end] = [boundOf(from, '--from'), boundOf(to, '--to')];
  if (begin !== undefined && end !== undefined && placeOf(begin) >= placeOf(end) && begin.kind === end.kind)
    throw new UserFault(`Nothing lies between --from ${from} and --to ${to}.`, 'give --to what comes after --from');
  return {
    projection,
    ...(begin === undefined ? {} : { from: begin }),
    ...(end === undefined ? {} : { to: end }),
    ...(customers.length === 0 ? {} : { customers }),
    ...(orgs.length === 0 ? {} : { orgs }),
  };
}

const placeOf = (bound: Bound): number | bigint => (bound.kind === 'time' ? bound.at : bound.offset);

function boundOf(text: string | undefined, option: string): Bound | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,18}$/.test(text)) return { kind: 'offset', offset: BigInt(text) };
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return { kind: 'time', at };
  throw new UserFault(
    `"${text}" is neither a time nor an offset.`,
    `give ${option} as 2026-03-01T08:00:00Z, or as a number`,
  );
}

function idsOf(filters: readonly string[], name: 'customer' | 'org'): string[] {
  return filters.flatMap((filter) => {
    const [field, value = ''] = filter.split('=', 2);
    if (field !== 'customer' && field !== 'org')
      throw new UserFault(`Records are not filtered by "${filter}".`, 'give --filter customer=42 or --filter org=1');
    if (field !== name) return [];
    const ids = value.split(',');
    const wrong = ids.find((id) => !ID.test(id));
    if (wrong !== undefined) throw new UserFault(`"${wrong}" is no ${name} id.`, `give --filter ${name}=42,43`);
    return ids;
  });
}
