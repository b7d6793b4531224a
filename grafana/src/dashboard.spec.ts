import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dashboardJson } from './dashboard.ts';
import { panelQueries } from './queries.ts';
import { services } from './services.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: {
    defaults: {
      unit: string;
      min?: number;
      max?: number;
      thresholds?: { steps: { value: number | null; color: string }[] };
    };
  };
  targets?: { expr: string; datasource: { uid: string } }[];
}
interface Dashboard {
  uid: string;
  title: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; query: string }[] };
}

const root = join(import.meta.dirname, '../..');
const dashboard = JSON.parse(dashboardJson()) as Dashboard;
const named = (title: string): Panel => dashboard.panels.find((panel) => panel.title === title)!;

test('the committed file is the generated one', () => {
  expect(readFileSync(join(root, 'grafana/dashboards/cashloop-kpis.json'), 'utf8')).toBe(dashboardJson());
});

test.each([
  [
    7,
    'Invoices Created (24h)',
    'stat',
    [
      [null, 'green'],
      [10, 'yellow'],
      [20, 'red'],
    ],
    'sum(increase(crm_invoices_generated_total[24h]))',
  ],
  [
    8,
    'Invoices Paid (24h)',
    'stat',
    [
      [null, 'red'],
      [5, 'yellow'],
      [10, 'green'],
    ],
    'sum(increase(crm_invoices_paid_total[24h]))',
  ],
  [9, 'Revenue (7 days)', 'timeseries', undefined, 'sum(increase(crm_portal_payment_amount_cents_sum[7d])) / 100'],
  [
    10,
    'Invoice Payment Rate (30d)',
    'gauge',
    [
      [null, 'red'],
      [50, 'yellow'],
      [80, 'green'],
    ],
    '100 * (sum(increase(crm_invoices_paid_total[30d])) / clamp_min(sum(increase(crm_invoices_generated_total[30d])), 1))',
  ],
])('panel %i is as documented: %s', (id, title, type, steps, expr) => {
  const panel = named(title);
  expect([panel.id, panel.type, panel.targets!.map((target) => target.expr)]).toEqual([id, type, [expr]]);
  expect(panel.fieldConfig!.defaults.thresholds?.steps.map(({ value, color }) => [value, color])).toEqual(steps);
});

test('revenue is in dollars, the payment rate in percent of 0 to 100', () => {
  expect(named('Revenue (7 days)').fieldConfig!.defaults.unit).toBe('currencyUSD');
  expect(named('Invoice Payment Rate (30d)').fieldConfig!.defaults).toMatchObject({
    unit: 'percent',
    min: 0,
    max: 100,
  });
});

test('every service has a row', () => {
  const folders = readdirSync(join(root, 'services'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(services.map((service) => service.name).sort()).toEqual(folders.map((entry) => entry.name).sort());
  const rows = dashboard.panels.filter((panel) => panel.type === 'row').map((panel) => panel.title);
  expect(rows).toEqual(['Finance', 'Credit', ...services.map((service) => service.name)]);
});

test('it is found under a fixed address, on any data source, with ids that stand once', () => {
  expect(dashboard).toMatchObject({ uid: 'cashloop-kpis', title: 'Cashloop - KPIs' });
  expect(dashboard.templating.list).toMatchObject([{ name: 'datasource', type: 'datasource', query: 'prometheus' }]);
  const ids = dashboard.panels.map((panel) => panel.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const target of dashboard.panels.flatMap((panel) => panel.targets ?? []))
    expect(target.datasource.uid).toBe('${datasource}');
});

test('no two panels lie on each other, and each row fills its line', () => {
  const cells = new Set<string>();
  for (const { title, gridPos } of dashboard.panels) {
    expect([title, gridPos.x + gridPos.w <= 24]).toEqual([title, true]);
    for (let x = 0; x < gridPos.w; x += 1) {
      for (let y = 0; y < gridPos.h; y += 1) {
        const cell = `${gridPos.x + x}/${gridPos.y + y}`;
        expect([title, cell, cells.has(cell)]).toEqual([title, cell, false]);
        cells.add(cell);
      }
    }
  }
});

test('what several processes show of one database is not added up', () => {
  const shown = [
    'messaging_outbox_',
    'messaging_parked',
    'holds_open',
    'breaches_open',
    'unrated_',
    'parked_documents',
  ];
  const asked = panelQueries.filter(({ expr }) => shown.some((metric) => expr.includes(metric)));
  expect(asked.length).toBeGreaterThan(shown.length);
  expect(
    asked.filter(({ expr }) => !/\bmax( by \([\w, ]+\) )?\(+cashloop_/.test(expr)).map(({ expr }) => expr),
  ).toEqual([]);
});

test('the queries for the test against a real Prometheus are those of the panels', () => {
  const drawn = dashboard.panels.flatMap((panel) => (panel.targets ?? []).map((target) => target.expr));
  expect(panelQueries.map((query) => query.expr)).toEqual(drawn);
});

test('Grafana is told the data source and the folder of the dashboards', () => {
  const read = (path: string): Record<string, unknown> =>
    parse(readFileSync(join(root, 'grafana/provisioning', path), 'utf8')) as Record<string, unknown>;
  expect(read('datasources/prometheus.yaml')).toMatchObject({
    apiVersion: 1,
    datasources: [{ type: 'prometheus', isDefault: true }],
  });
  expect(read('dashboards/cashloop.yaml')).toMatchObject({
    apiVersion: 1,
    providers: [{ type: 'file', options: { path: '/var/lib/grafana/dashboards' } }],
  });
});

test('every metric asked for is one that our programs export', () => {
  const sources = [...filesBelow('services'), ...filesBelow('libs')]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const asked = new Set(panelQueries.flatMap(({ expr }) => expr.match(/\b(crm|cashloop)_\w+/g) ?? []));
  const missing = [...asked]
    .map((metric) => metric.replace(/_(bucket|count|sum)$/, ''))
    .filter(
      (metric) =>
        !sources.includes(metric) &&
        !sources.includes(`'${metric.replace(/^cashloop_(messaging|credit_scoring)_/, '')}'`),
    );
  expect(missing).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && file.includes('/src/') && !file.includes('node_modules') && !file.endsWith('.spec.ts'),
    )
    .map((file) => join(root, folder, file));
}
