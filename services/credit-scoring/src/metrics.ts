import { Counter, Gauge, Histogram } from 'prom-client';
import type { Decisions } from './domain/decisions.ts';

const judgements = new Counter({
  name: 'cashloop_credit_scoring_judgements_total',
  help: 'Judgements of accounts by outcome',
  labelNames: ['outcome'],
});

const holdLatency = new Histogram({
  name: 'cashloop_credit_scoring_hold_latency_seconds',
  help: 'From the time of the causing record to the decision that placed, changed or released a hold',
  buckets: [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 60, 600],
});

export const contradictions = new Counter({
  name: 'cashloop_credit_scoring_contradictions_total',
  help: 'Documents that came twice with one version and two values: their owner has a defect',
});

/** Longer than a leader's slowest round: a replica that leads no more would show old figures for ever. */
const MEASURED_MS = 60_000;
let measuredMs = Number.NEGATIVE_INFINITY;

const gauge = (noun: string, help: string, labelNames: string[] = ['org_id']) =>
  new Gauge({
    name: `cashloop_credit_scoring_${noun}`,
    help,
    labelNames,
    collect() {
      if (performance.now() - measuredMs > MEASURED_MS) this.reset();
    },
  });

/** The gauges hold what is so now. */
export const measured = (): void => void (measuredMs = performance.now());

/** State of each org, set by run-measure. */
export const gauges = {
  accounts: gauge('accounts', 'Credit accounts'),
  unrated: gauge('unrated_accounts', 'Accounts without a limit: no automatic hold'),
  doubtful: gauge('doubtful_accounts', 'Accounts whose figures cannot be trusted: no automatic hold'),
  waiting: gauge('waiting_accounts', 'Accounts that wait for a first import or for the customer master'),
  exposure: gauge('exposure_minor', 'Exposure of all accounts, minor units', ['org_id', 'currency']),
  breaches: gauge('breaches_open', 'Accounts whose exposure is above their limit'),
  holds: gauge('holds_open', 'Holds in place', ['org_id', 'enforcement']),
};

const OUTCOMES = ['not_ready', 'unrated', 'within_limit', 'over_limit', 'barred'] as const;
for (const outcome of OUTCOMES) judgements.inc({ outcome }, 0);

/** Counts what a piece of work decided. */
export function report(decisions: Decisions): void {
  for (const [outcome, count] of decisions.outcomes) judgements.inc({ outcome }, count);
  for (const seconds of decisions.latenciesS) holdLatency.observe(Math.max(0, seconds));
}
