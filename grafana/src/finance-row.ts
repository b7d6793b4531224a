import type { RowSpec } from './panel-spec.ts';

/**
 * Panels 7 to 10 as the finance automation document has them: titles, types, thresholds and queries are a promise.
 * Panel 9 asks for the increase, because the documented query would sum samples of a running total.
 */
export const finance: RowSpec = {
  title: 'Finance',
  panels: [
    {
      id: 7,
      title: 'Invoices Created (24h)',
      type: 'stat',
      width: 6,
      unit: 'short',
      steps: [
        [null, 'green'],
        [10, 'yellow'],
        [20, 'red'],
      ],
      queries: [{ expr: 'sum(increase(crm_invoices_generated_total[24h]))', expect: 'above_zero' }],
    },
    {
      id: 8,
      title: 'Invoices Paid (24h)',
      type: 'stat',
      width: 6,
      unit: 'short',
      steps: [
        [null, 'red'],
        [5, 'yellow'],
        [10, 'green'],
      ],
      queries: [{ expr: 'sum(increase(crm_invoices_paid_total[24h]))', expect: 'above_zero' }],
    },
    {
      id: 9,
      title: 'Revenue (7 days)',
      type: 'timeseries',
      width: 6,
      unit: 'currencyUSD',
      queries: [
        {
          expr: 'sum(increase(crm_portal_payment_amount_cents_sum[7d])) / 100',
          legend: 'Revenue',
          expect: 'above_zero',
        },
      ],
    },
    {
      id: 10,
      title: 'Invoice Payment Rate (30d)',
      type: 'gauge',
      width: 6,
      unit: 'percent',
      min: 0,
      max: 100,
      steps: [
        [null, 'red'],
        [50, 'yellow'],
        [80, 'green'],
      ],
      queries: [
        {
          expr:
            '100 * (sum(increase(crm_invoices_paid_total[30d])) / ' +
            'clamp_min(sum(increase(crm_invoices_generated_total[30d])), 1))',
          expect: 'above_zero',
        },
      ],
    },
  ],
};
