import type { RowSpec } from './panel-spec.ts';

/**
 * Holds and breaches, and how fast they follow their cause. What is counted in the database is shown by the process that
 * counted last; another may still show what it once counted, so the highest is taken before orgs are added up.
 */
export const credit: RowSpec = {
  title: 'Credit',
  panels: [
    {
      title: 'Holds in place',
      type: 'stat',
      width: 4,
      unit: 'short',
      queries: [
        {
          expr: 'sum by (enforcement) (max by (org_id, enforcement) (cashloop_credit_scoring_holds_open))',
          legend: '{{enforcement}}',
          expect: 'above_zero',
        },
      ],
    },
    {
      title: 'Accounts over their limit',
      type: 'stat',
      width: 4,
      unit: 'short',
      queries: [{ expr: 'sum(max by (org_id) (cashloop_credit_scoring_breaches_open))', expect: 'above_zero' }],
    },
    {
      title: 'Judgements per second',
      description: 'Accounts judged, by what came out',
      type: 'timeseries',
      width: 4,
      unit: 'ops',
      queries: [
        {
          expr: 'sum by (outcome) (rate(cashloop_credit_scoring_judgements_total[5m]))',
          legend: '{{outcome}}',
          expect: 'above_zero',
        },
      ],
    },
    {
      title: 'From cause to hold',
      description: '99th percentile of the last hour; none while no hold changed',
      type: 'timeseries',
      width: 4,
      unit: 's',
      queries: [
        {
          expr: 'histogram_quantile(0.99, sum by (le) (rate(cashloop_credit_scoring_hold_latency_seconds_bucket[1h])))',
          legend: 'p99',
          expect: 'some',
        },
      ],
    },
    {
      title: 'Accounts without a limit',
      description: 'No automatic hold for these',
      type: 'stat',
      width: 4,
      unit: 'short',
      queries: [{ expr: 'sum(max by (org_id) (cashloop_credit_scoring_unrated_accounts))', expect: 'some' }],
    },
    {
      title: 'Parked documents',
      description: 'They wait for their customer to be linked',
      type: 'stat',
      width: 4,
      unit: 'short',
      steps: [
        [null, 'green'],
        [1, 'yellow'],
      ],
      queries: [{ expr: 'sum(max by (org_id) (cashloop_quickbooks_sync_parked_documents))', expect: 'some' }],
    },
  ],
};
