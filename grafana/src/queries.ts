import type { QuerySpec } from './panel-spec.ts';
import { rows } from './rows.ts';

/** One query of one panel. */
export interface PanelQuery extends QuerySpec {
  row: string;
  panel: string;
}

/**
 * Every query of every panel, for a test against a real Prometheus. `expect` says what it must answer while customers
 * trade: `above_zero` at least one sample above zero, `some` at least one sample.
 */
export const panelQueries: readonly PanelQuery[] = rows.flatMap((row) =>
  row.panels.flatMap((panel) => panel.queries.map((query) => ({ row: row.title, panel: panel.title, ...query }))),
);
