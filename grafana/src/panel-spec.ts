/** From this value on the panel shows this colour; the first one has no lower end. */
export type Step = readonly [from: number | null, color: 'green' | 'yellow' | 'red'];

/** A panel as plain data: what is drawn and what is asked. */
export interface PanelSpec {
  /** Only where a document numbers the panel; the others are numbered in order. */
  id?: number;
  title: string;
  description?: string;
  type: 'stat' | 'timeseries' | 'gauge';
  /** Columns of 24. */
  width: number;
  unit: string;
  min?: number;
  max?: number;
  steps?: readonly Step[];
  queries: readonly QuerySpec[];
}

export interface QuerySpec {
  expr: string;
  legend?: string;
  /** What Prometheus answers while customers trade and nothing is broken: a value, zero included, or one above zero. */
  expect: 'some' | 'above_zero';
}

export interface RowSpec {
  title: string;
  collapsed?: boolean;
  panels: readonly PanelSpec[];
}
