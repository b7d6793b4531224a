import { credit } from './credit-row.ts';
import { finance } from './finance-row.ts';
import type { RowSpec } from './panel-spec.ts';
import { serviceRow } from './service-row.ts';
import { services } from './services.ts';

/** The dashboard, row by row. */
export const rows: readonly RowSpec[] = [finance, credit, ...services.map(serviceRow)];
