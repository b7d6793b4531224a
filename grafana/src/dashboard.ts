import { DashboardBuilder, DatasourceVariableBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { panel } from './panel.ts';
import { rows } from './rows.ts';

/** Panels that no document numbers begin here. */
const FIRST_ID = 100;

/** The dashboard "Cashloop - KPIs" as the JSON that Grafana loads. */
export function dashboardJson(): string {
  const board = new DashboardBuilder('Cashloop - KPIs')
    .uid('cashloop-kpis')
    .description('Generated from grafana/src: change it there.')
    .tags(['cashloop'])
    .readonly()
    .timezone('browser')
    .refresh('10s')
    .time({ from: 'now-6h', to: 'now' })
    .withVariable(new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'));
  let id = FIRST_ID;
  for (const row of rows) {
    board.withRow(new RowBuilder(row.title).id(id++));
    for (const spec of row.panels) board.withPanel(panel(spec, id++));
  }
  return `${JSON.stringify(board.build(), null, 2)}\n`;
}
