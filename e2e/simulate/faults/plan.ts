import { type FaultPoint, faultPoints } from '@cashloop/messaging/inside';
import { Draws } from '../clock/draws.ts';

/** What somebody asks of the service. */
export interface Action {
  readonly kind: 'invoice' | 'limit' | 'move';
  readonly atMs: number;
  /** Which of the processes is asked first. */
  readonly process: number;
  readonly customer: number;
  /** Invoice, and for `move` the one it goes to. */
  readonly document: number;
  readonly other: number;
  readonly amount: number;
  /** How often the handler fails on what follows from it; 0: never. */
  readonly sick: number;
}

export const faultKinds = [
  'kill', // kill -9, started again a while later
  'kill_at', // the same at a step of the kernel
  'stop', // SIGSTOP, then SIGCONT
  'restart', // graceful, as a deployment does
  'sql_lost', // a statement never arrives, the connection breaks
  'sql_reply_lost', // it was done, nobody hears of it
  'sql_slow',
  'database_restart',
  'send_lost', // the broker gets nothing
  'send_half', // it gets a first part
  'ack_lost', // it has all, the answer is lost
  'refuse', // some events it does not take for a while
  'broker_slow',
  'batch_again', // delivered once more after it was done
  'batch_gap', // begins above the position asked for
  'expel', // a member loses its session as it gets a batch, and goes on with it
  'client_crash', // the Kafka client gives up
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Strikes at this time, or the first time after it that there is something to strike. */
  readonly atMs: number;
  readonly process: number;
  readonly forMs: number;
  /** Which step of the kernel `kill_at` means. */
  readonly point: FaultPoint;
  /** How often `refuse` refuses at most. */
  readonly times: number;
}

/** What a strike is counted as: deaths at different steps are different faults. */
export const strikeOf = ({ kind, point }: Fault): string => (kind === 'kill_at' ? `${kind} ${point}` : kind);

/** All that may strike in a run; `sick` is an event that its handler could not take. */
export const strikes: readonly string[] = [
  ...faultKinds.filter((kind) => kind !== 'kill_at'),
  ...faultPoints.map((point) => `kill_at ${point}`),
  'sick',
];

/** All that a run is made of, but for what its seed draws on the way. */
export interface Plan {
  readonly seed: number;
  readonly processes: number;
  readonly partitions: number;
  readonly actions: readonly Action[];
  readonly faults: readonly Fault[];
}

/** Later than all faults are due, so that they also meet the second try of what was set aside. */
export const FAULTS_UNTIL_MS = 3_000;
const DUE_UNTIL_MS = 2_000;
const ACTIONS_UNTIL_MS = 600;
export const CUSTOMERS_MAX = 3;

export function planOf(seed: number): Plan {
  const draws = new Draws(seed).of('plan');
  const crowd = 1 + draws.below(CUSTOMERS_MAX);
  const processes = draws.chance(0.2) ? 1 : 2;
  const actions = Array.from({ length: 4 + draws.below(14) }, (): Action => {
    const kind = draws.next();
    return {
      kind: kind < 0.65 ? 'invoice' : kind < 0.85 ? 'limit' : 'move',
      atMs: Math.floor(draws.next() ** 2 * ACTIONS_UNTIL_MS),
      process: draws.below(processes),
      customer: draws.below(crowd),
      document: draws.below(3),
      other: draws.below(3),
      amount: draws.below(5) * 30,
      sick: draws.chance(0.04) ? 1 + draws.below(6) : 0,
    };
  });
  if (draws.chance(0.5)) actions.push(...firstContact(draws, processes));
  const faults = Array.from({ length: draws.chance(0.2) ? 0 : draws.below(6) }, () => aFault(draws, processes));
  if (draws.chance(0.25)) faults.push(aFault(draws, processes, 'expel'));
  if (draws.chance(0.25)) faults.push(aFault(draws, processes, 'kill_at'));
  if (draws.chance(0.15)) {
    actions.push(sickInvoice(draws, processes, draws.below(crowd)));
    faults.push({ ...aFault(draws, processes, 'kill_at'), atMs: 0, point: draws.pick(RARE_POINTS) });
  }
  if (draws.chance(0.4)) {
    const atMs = Math.floor(draws.next() * ACTIONS_UNTIL_MS);
    actions.push(...importOf(draws, processes, { atMs, customer: draws.below(crowd) }));
    faults.push({ ...aFault(draws, processes, 'refuse'), atMs: atMs + draws.below(40) });
  }
  return {
    seed,
    processes,
    partitions: 1 + draws.below(2),
    actions: actions.toSorted((a, b) => a.atMs - b.atMs),
    faults: faults.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** A customer that nobody knew gets a limit and an invoice above it at the same moment. */
function firstContact(draws: ReturnType<Draws['of']>, processes: number): Action[] {
  const atMs = Math.floor(draws.next() * ACTIONS_UNTIL_MS);
  const customer = CUSTOMERS_MAX;
  return (['limit', 'invoice'] as const).map((kind) => {
    const process = draws.below(processes);
    return { kind, atMs, process, customer, document: 0, other: 0, amount: kind === 'limit' ? 30 : 60, sick: 0 };
  });
}

/** Steps that only an event takes which its handler could not take. */
const RARE_POINTS = faultPoints.filter((point) => /^(aside|retry)\./.test(point));
const SICK_UNTIL_MS = 150;

/** One whose event is set aside once, so early that the faults still strike when it is tried again. */
function sickInvoice(draws: ReturnType<Draws['of']>, processes: number, customer: number): Action {
  const atMs = draws.below(SICK_UNTIL_MS);
  const [process, document, amount] = [draws.below(processes), draws.below(3), draws.below(5) * 30];
  return { kind: 'invoice', atMs, process, customer, document, other: 0, amount, sick: 1 };
}

/** Many invoices of one customer at the same moment. */
function importOf(
  draws: ReturnType<Draws['of']>,
  processes: number,
  fields: Pick<Action, 'atMs' | 'customer'>,
): Action[] {
  const process = draws.below(processes);
  return Array.from({ length: 4 + draws.below(5) }, () => {
    const [document, amount] = [draws.below(3), draws.below(5) * 30];
    return { kind: 'invoice', ...fields, process, document, other: 0, amount, sick: 0 };
  });
}

/** How long a fault lasts at most, ms; 400 where nothing is said. */
const LONGEST: Partial<Record<FaultKind, number>> = { stop: 14_000, refuse: 25_000, database_restart: 1_500 };

function aFault(draws: ReturnType<Draws['of']>, processes: number, kind = draws.pick(faultKinds)): Fault {
  return {
    kind,
    atMs: Math.floor(draws.next() ** 2 * DUE_UNTIL_MS),
    process: draws.below(processes),
    forMs: 1 + Math.floor(draws.next() ** 2 * (LONGEST[kind] ?? 400)),
    point: draws.pick(faultPoints),
    times: draws.chance(0.3) ? Infinity : 1 + draws.below(4),
  };
}
