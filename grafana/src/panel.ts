import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as GaugePanel } from '@grafana/grafana-foundation-sdk/gauge';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import type { PanelSpec, QuerySpec } from './panel-spec.ts';

type Panel = GaugePanel | StatPanel | TimeseriesPanel;

/** The dashboard's variable, so that the same file serves every Grafana. */
export const datasource = { type: 'prometheus', uid: '${datasource}' };

const HEIGHT = 6;
const REF_IDS = 'ABCDEF';

/** Draws one panel. */
export function panel(spec: PanelSpec, id: number): Panel {
  const drawn = blank(spec.type)
    .id(spec.id ?? id)
    .title(spec.title)
    .datasource(datasource);
  drawn.unit(spec.unit).span(spec.width).height(HEIGHT);
  if (spec.description !== undefined) drawn.description(spec.description);
  if (spec.min !== undefined) drawn.min(spec.min);
  if (spec.max !== undefined) drawn.max(spec.max);
  if (spec.steps !== undefined)
    drawn.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds)).thresholds(thresholds(spec.steps));
  return drawn.targets(spec.queries.map((query, i) => target(query, REF_IDS.charAt(i), spec.type !== 'timeseries')));
}

function blank(type: PanelSpec['type']): Panel {
  if (type === 'timeseries') return new TimeseriesPanel();
  const last = new ReduceDataOptionsBuilder().calcs(['lastNotNull']);
  return type === 'gauge' ? new GaugePanel().reduceOptions(last) : new StatPanel().reduceOptions(last);
}

const thresholds = (steps: NonNullable<PanelSpec['steps']>): ThresholdsConfigBuilder =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps.map(([value, color]) => ({ value, color })));

function target({ expr, legend }: QuerySpec, refId: string, latest: boolean): DataqueryBuilder {
  const query = new DataqueryBuilder().refId(refId).expr(expr).datasource(datasource);
  if (legend !== undefined) query.legendFormat(legend);
  return latest ? query.instant() : query.range();
}
