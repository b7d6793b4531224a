// Writes docker-compose.yml from the list of parts.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { servers, services } from '../parts.ts';
import { root } from '../local/folders.ts';
import { grafana, oneOffs, serverEntry, serviceEntry } from './compose-services.ts';
import type { ComposeService } from './compose-services.ts';

const header = `# Generated from tools/parts.ts by npm run generate: change it there.
#   docker compose up --build      everything, with Grafana on http://127.0.0.1:3100
#   docker compose logs sample     the log-in, once it is ready
#   docker compose down            stop; with --volumes also remove the data
# Checked against the compose schema only: it was written where no container engine can be had.
`;

export interface ComposeFile {
  name: string;
  services: Record<string, ComposeService>;
  volumes: Record<string, object>;
}

export function composeFile(): ComposeFile {
  const all = {
    ...oneOffs(),
    ...Object.fromEntries(servers.map((part) => [part.name, serverEntry(part)])),
    grafana: grafana(),
    ...Object.fromEntries(services.map((part) => [part.name, serviceEntry(part)])),
  };
  const volumes = ['secrets', 'postgres', 'kafka', 'prometheus', 'grafana'];
  return { name: 'cashloop', services: all, volumes: Object.fromEntries(volumes.map((name) => [name, {}])) };
}

export const composeText = (): string =>
  header + stringify(composeFile(), { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true });

if (import.meta.main) writeFileSync(join(root, 'docker-compose.yml'), composeText());
