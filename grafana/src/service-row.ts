import type { PanelSpec, RowSpec, Step } from './panel-spec.ts';
import type { ServiceRow } from './services.ts';

const above = (yellow: number, red: number): Step[] => [
  [null, 'green'],
  [yellow, 'yellow'],
  [red, 'red'],
];

/** The same panels for every service, so that a fix reaches all of them. */
export function serviceRow(service: ServiceRow): RowSpec {
  const panels = service.messaging ? [...requestPanels(service), ...messagingPanels(service)] : requestPanels(service);
  return { title: service.name, panels };
}

function requestPanels({ name }: ServiceRow): PanelSpec[] {
  return [
    {
      title: 'Up',
      type: 'stat',
      width: 2,
      unit: 'short',
      steps: [
        [null, 'red'],
        [1, 'green'],
      ],
      queries: [{ expr: `sum(up{job="cashloop", service="${name}"})`, expect: 'above_zero' }],
    },
    {
      title: 'Requests',
      type: 'timeseries',
      width: 4,
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (status) (rate(cashloop_http_request_duration_seconds_count{service="${name}"}[5m]))`,
          legend: '{{status}}',
          expect: 'above_zero',
        },
      ],
    },
  ];
}

function messagingPanels({ name, busy }: ServiceRow): PanelSpec[] {
  const metric = (noun: string): string => `cashloop_messaging_${noun}{service="${name}"}`;
  return [
    {
      title: 'Events handled',
      type: 'timeseries',
      width: 4,
      unit: 'ops',
      queries: [
        {
          expr: `sum by (projection) (rate(${metric('handled_events_total')}[5m]))`,
          legend: '{{projection}}',
          expect: busy ? 'above_zero' : 'some',
        },
      ],
    },
    {
      title: 'Lag',
      description: 'Records on the broker that a projection has not handled',
      type: 'timeseries',
      width: 3,
      unit: 'short',
      queries: [{ expr: `sum by (projection) (${metric('consumer_lag')})`, legend: '{{projection}}', expect: 'some' }],
    },
    {
      title: 'Outbox age',
      description: 'Age of the oldest event that is stored but not yet on the broker',
      type: 'timeseries',
      width: 3,
      unit: 's',
      queries: [{ expr: `max(${metric('outbox_oldest_age_seconds')})`, legend: 'oldest', expect: 'some' }],
    },
    {
      title: 'Relay',
      description: 'Is there a leader that sends the outbox?',
      type: 'stat',
      width: 2,
      unit: 'short',
      steps: [
        [null, 'red'],
        [1, 'green'],
      ],
      queries: [{ expr: `sum(${metric('relay_leader')})`, expect: 'above_zero' }],
    },
    {
      title: 'Recovery',
      description: 'From the first fault of a partition to its next committed batch: 99th percentile of the last day',
      type: 'stat',
      width: 2,
      unit: 's',
      steps: above(10, 60),
      queries: [
        {
          // Without a fault there is no percentile: not a number, or nothing at all.
          expr: `histogram_quantile(0.99, sum by (le) (increase(${metric('recovery_seconds_bucket')}[1d]))) >= 0 or vector(0)`,
          expect: 'some',
        },
      ],
    },
    {
      title: 'Dead letters',
      description: 'Events that wait for an operator: npm run ops -- dead-letters list',
      type: 'stat',
      width: 2,
      unit: 'short',
      steps: above(1, 20),
      queries: [
        // Every process shows all of them.
        { expr: `sum(max by (projection) (${metric('parked')})) or vector(0)`, expect: 'some' },
      ],
    },
    {
      title: 'Stopped',
      description: 'Partitions that stand still until an operator acts',
      type: 'stat',
      width: 2,
      unit: 'short',
      steps: above(1, 1),
      queries: [{ expr: `sum(${metric('partition_stopped')}) or vector(0)`, expect: 'some' }],
    },
  ];
}
