// Writes grafana/dashboards anew. Run by npm run generate.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardJson } from './dashboard.ts';

const folder = join(import.meta.dirname, '../dashboards');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'cashloop-kpis.json'), dashboardJson());
