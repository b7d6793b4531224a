import { formatDecimal } from '@cashloop/money';

/** A record of the hold topic, as any Kafka client hands it over. */
export interface HoldRecord {
  headers: Readonly<Record<string, string | undefined>>;
  value: string;
}

/** What the topic says of one account; proto/cashloop/credit_hold/v1 explains each field. */
export interface HoldState {
  account_id: string;
  version: number;
  hold_id: string;
  state: 'HELD' | 'FREE';
  severity: string;
  scope: string;
  causes: { kind: string; amount_minor: string; threshold_minor: string }[];
  currency: string;
  exposure_minor: string;
  limit_in_force_minor: string;
  available_minor: string;
  way_out_minor: string;
  valid_from: string;
  released_because: string;
}

export interface HoldNews {
  type: string;
  orgId: string;
  time: string;
  hold: HoldState;
}

/** Keeps the newest state per account: a topic may repeat records or show older ones after newer ones. */
export class HoldBoard {
  readonly #versions = new Map<string, number>();

  /** The news in a record; undefined when a newer or the same version was seen before. */
  take({ headers, value }: HoldRecord): HoldNews | undefined {
    const hold = JSON.parse(value) as HoldState;
    const orgId = headers['org_id'] ?? '';
    const account = `${orgId}:${hold.account_id}`;
    if (hold.version <= (this.#versions.get(account) ?? 0)) return undefined;
    this.#versions.set(account, hold.version);
    return { type: headers['ce_type'] ?? '', orgId, time: headers['ce_time'] ?? hold.valid_from, hold };
  }
}

const columns: readonly [title: string, width: number][] = [
  ['TIME', 20],
  ['ACCOUNT', 9],
  ['STATE', 6],
  ['SEVERITY', 9],
  ['EXPOSURE', 16],
  ['LIMIT', 16],
  ['TO PAY', 14],
  ['WHY', 0],
];

const line = (cells: readonly string[]): string =>
  cells
    .map((cell, at) =>
      /^-?[\d.]+ [A-Z]{3}$/.test(cell) ? cell.padStart(columns[at]![1]) : cell.padEnd(columns[at]![1]),
    )
    .join(' ')
    .trimEnd();

export const header = (): string => line(columns.map(([title]) => title));

/** One line of the terminal. */
export function row({ time, hold }: HoldNews): string {
  const money = (minor: string): string =>
    minor === '' ? '-' : `${formatDecimal(BigInt(minor), hold.currency)} ${hold.currency}`;
  const why =
    hold.state === 'HELD'
      ? hold.causes
          .map(({ kind, amount_minor: minor }) =>
            [kind.toLowerCase().replaceAll('_', ' '), minor === '' ? '' : `by ${money(minor)}`].join(' ').trim(),
          )
          .join(', ')
      : hold.released_because;
  const severity = hold.state === 'HELD' ? hold.severity.toLowerCase() : '';
  return line([
    time.slice(0, 19).replace('T', ' '),
    hold.account_id,
    hold.state.toLowerCase(),
    severity,
    money(hold.exposure_minor),
    money(hold.limit_in_force_minor),
    money(hold.way_out_minor),
    why,
  ]);
}

/** The same as one JSON text, with the event's type, time and org beside the whole state. */
export const json = ({ type, orgId, time, hold }: HoldNews): string =>
  JSON.stringify({ type, time, org_id: orgId, ...hold });
