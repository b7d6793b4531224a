import type { INestApplicationContext } from '@nestjs/common';
import { connect, createDataSource, TransactionRunner } from '@cashloop/persistence';
import type { Broker } from '../broker.ts';
import { type BoundHandler, Subscriptions } from '../consumer/subscriptions.ts';
import type { Logger } from '../logger.ts';
import { pause } from '../pauses.ts';
import { type Difference, differenceOf, snapshotOf, type StateSide } from './compare.ts';
import type { Lane } from './lane.ts';
import { lanesOf, silent } from './lanes.ts';
import { type Progress, Rebuild } from './rebuild.ts';
import { replayContext, SilentEffects } from './replay-context.ts';
import { inSchema, openSchema, type ReplayDatabase, schemaOf } from './replay-schema.ts';
import { familyOf, sameFamily, sidesOf, unmatchedOf } from './scope.ts';
import { projectionsOf, type ReplayRequest, type ServiceReplay } from './service-replay.ts';
import type { StateSnapshot } from './state-hash.ts';
import { keyOf, targetsOf } from './targets.ts';

export interface ReplayWork {
  readonly plan: ServiceReplay;
  readonly request: ReplayRequest;
  readonly database: ReplayDatabase;
  readonly broker: Broker;
  readonly log: Logger;
  onProgress(progress: Progress): void;
}

export interface ReplayReport {
  readonly schema: string;
  /** An earlier call with the same request had begun. */
  readonly resumed: boolean;
  /** Customers it covers, when it was asked for some: all whose state hangs together. */
  readonly customers: readonly string[] | undefined;
  readonly records: number;
  /** Events the handlers returned now; none was stored or sent. */
  readonly withheld: number;
  /** Events no handler could take: they stand in the schema's `dead_letter`. */
  readonly setAside: number;
  readonly hash: string;
  readonly lines: number;
  readonly liveHash: string;
  readonly liveLines: number;
  /** Whether both states are of the same moment: the request had no bounds, and live is not behind. */
  readonly sameMoment: boolean;
  /** Of the customers and orgs asked for those that stand on neither side: mistyped, most likely. */
  readonly unmatched: readonly string[];
  readonly difference: Difference;
}

const STATEMENT_TIMEOUT_MS = 600_000;
const TRIES_MAX = 12;
const TRY_AGAIN_MS = 500;

/** Rebuilds a projection beside the live one and compares the two. Sends nothing, publishes nothing. */
export async function replay(work: ReplayWork): Promise<ReplayReport> {
  const { database } = work;
  const source = await connect(
    createDataSource({
      url: database.url,
      migrations: [],
      poolSize: 2,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      applicationName: 'cashloop replay',
    }),
    5_000,
  );
  try {
    return await onLive(work, new TransactionRunner(source));
  } finally {
    await source.destroy();
  }
}

async function onLive(work: ReplayWork, live: TransactionRunner): Promise<ReplayReport> {
  const { plan, database, request: asked } = work;
  const schema = schemaOf(asked);
  const opened = await openSchema(plan, schema, database, await familyOf(live, plan, asked));
  try {
    const { resumed, customers } = opened;
    const request = { ...asked, customers: customers ?? asked.customers };
    if (resumed) await sameFamily(live, plan, request);
    const report = await inContext({ ...work, request, asked }, inSchema(database.url, schema), live);
    return { schema, resumed, customers, ...report };
  } finally {
    await opened.release();
  }
}

/** Its request covers all whose state hangs on that of the customers asked for. */
interface CoveredWork extends ReplayWork {
  readonly asked: ReplayRequest;
}

type Report = Omit<ReplayReport, 'schema' | 'resumed' | 'customers'>;

async function inContext(work: CoveredWork, url: string, live: TransactionRunner): Promise<Report> {
  const effects = new SilentEffects(work.log);
  const app = await replayContext(work.plan, url, effects);
  try {
    return await rebuilt(work, live, app, effects);
  } finally {
    await app.close();
  }
}

async function rebuilt(
  work: CoveredWork,
  live: TransactionRunner,
  app: INestApplicationContext,
  effects: SilentEffects,
): Promise<Report> {
  const { plan, request, broker, log } = work;
  const runner = app.get(TransactionRunner);
  const tools = { runner, source: plan.service, clock: () => effects.now, log, published: () => undefined };
  const projections = projectionsOf(plan, request.projection);
  const lanes: Lane[] = [];
  const handlers = app.get(Subscriptions).handlers();
  for (const handler of inOrder(handlers, projections)) {
    const quiet = silent(handler, (events) => (effects.withheld += events));
    lanes.push(...(await lanesOf({ tools, broker, request }, quiet)));
  }
  const rebuild = new Rebuild(lanes, broker, plan.service, work.onProgress);
  try {
    const sides = await sidesOf(plan, request, live, runner);
    const found = await caughtUp({ ...work, rebuild, sides, app, handlers, effects, runner, live });
    const agree = found.live.hash === found.replay.hash;
    return {
      records: rebuild.progress.records,
      withheld: effects.withheld,
      setAside: await setAside(runner),
      hash: found.replay.hash,
      lines: found.replay.lines,
      liveHash: found.live.hash,
      liveLines: found.live.lines,
      sameMoment: found.sameMoment,
      unmatched: await unmatchedOf(sides, work.asked),
      difference: agree ? { onlyLive: [], onlyReplay: [] } : await differenceOf(sides.live, sides.replay),
    };
  } finally {
    await rebuild.close();
  }
}

/** In the order in which they take events of one moment. */
const inOrder = (handlers: readonly BoundHandler[], projections: readonly string[]): BoundHandler[] =>
  projections.flatMap((name) => handlers.filter(({ subscription }) => subscription.projection === name));

interface CatchUp extends ReplayWork {
  readonly rebuild: Rebuild;
  readonly sides: { live: StateSide; replay: StateSide };
  readonly app: INestApplicationContext;
  readonly handlers: readonly BoundHandler[];
  readonly effects: SilentEffects;
  readonly runner: TransactionRunner;
  readonly live: TransactionRunner;
}

/** Live moves on while we read: each round goes to where live was at its snapshot, until both states are of one moment. */
async function caughtUp(work: CatchUp): Promise<{ live: StateSnapshot; replay: StateSnapshot; sameMoment: boolean }> {
  const { rebuild, sides, request } = work;
  for (let tries = 1; ; tries += 1) {
    const live = await snapshotOf(sides.live);
    const targets = await targetsOf(work, work.handlers, live);
    await rebuild.upTo((lane) => targets.get(keyOf(lane.place)) ?? 0n);
    await settle(work);
    const replay = await snapshotOf(sides.replay);
    const behind = replay.offsets.some((row) => BigInt(row.next) > (targets.get(keyOf(row)) ?? 0n));
    const sameMoment = request.from === undefined && request.to === undefined && !behind;
    const bounded = request.from !== undefined || request.to !== undefined;
    if (live.hash === replay.hash || bounded) return { live, replay, sameMoment };
    await sameFamily(work.live, work.plan, request);
    if (tries === TRIES_MAX) return { live, replay, sameMoment };
    await pause(TRY_AGAIN_MS);
  }
}

/** At the last recorded time, until nothing is left to do. */
async function settle({ plan, request, app, effects, runner, log }: CatchUp): Promise<void> {
  const sweep = plan.projections[request.projection]?.settle;
  if (sweep === undefined) return;
  const [row] = await runner.run([], (tx) =>
    tx.query<{ at: string | null }>('select max(last_time) as at from consumer_offset'),
  );
  effects.now = new Date(Number(row?.at ?? 0));
  for (let rounds = 0, before = -1; rounds < 10_000 && effects.commits !== before; rounds += 1) {
    before = effects.commits;
    await app.get(sweep).run({ now: effects.now, log });
  }
}

const setAside = async (runner: TransactionRunner): Promise<number> =>
  (await runner.read([], (tx) => tx.query<{ n: number }>('select count(*)::int as n from dead_letter')))[0]?.n ?? 0;
