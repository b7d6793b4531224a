import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parts, portPlan, services } from '../parts.ts';
import { root } from '../local/folders.ts';
import type { ComposeFile } from './compose.ts';
import { composeText } from './compose.ts';

const committed = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const file = parse(committed) as ComposeFile;

describe('docker-compose.yml', () => {
  test('is what the parts make', () => {
    expect(committed).toBe(composeText());
  });

  test('follows the compose specification', () => {
    // The specification's schema as dclint packs it, which follows its releases.
    const text = readFileSync(join(root, 'node_modules', 'dclint', 'schemas', 'compose.schema.json'), 'utf8');
    const schema = JSON.parse(text) as Record<string, unknown>;
    // ajv knows this draft by its http address only.
    delete schema['$schema'];
    const formats = { duration: true, ports: true, expose: true, subnet_ip_address: true } as const;
    const valid = new Ajv({ strict: false, formats }).compile(schema);
    valid(file);
    expect(valid.errors ?? []).toEqual([]);
    expect(valid({ services: { broken: { ports: 'none' } } })).toBe(false);
  });

  test('holds every part and Grafana, on the ports of the local start', () => {
    const plan = portPlan(8080);
    for (const part of parts)
      expect(JSON.stringify(file.services[part.name]?.['ports'])).toContain(`127.0.0.1:${plan.get(part.name)}:`);
    expect(JSON.stringify(file.services['grafana']?.['ports'])).toContain('127.0.0.1:3100:3000');
  });

  test('waits only for services that exist, mounts only files that exist', () => {
    for (const [name, service] of Object.entries(file.services)) {
      const wanted = service['depends_on'] ?? {};
      const names = Array.isArray(wanted) ? (wanted as string[]) : Object.keys(wanted);
      expect([name, names.filter((one) => file.services[one] === undefined)]).toEqual([name, []]);
      const mounts = ((service['volumes'] ?? []) as string[]).map((mount) => mount.split(':')[0] ?? '');
      expect([name, mounts.filter((one) => one.startsWith('.') && !existsSync(join(root, one)))]).toEqual([name, []]);
      expect([name, mounts.filter((one) => !one.startsWith('.') && file.volumes[one] === undefined)]).toEqual([
        name,
        [],
      ]);
    }
  });

  test('uses one Dockerfile for all services', () => {
    const files = new Set(services.map((service) => file.services[service.name]?.build?.dockerfile));
    expect([...files]).toEqual(['deploy/Dockerfile']);
  });

  test('holds no secret', () => {
    expect(committed).not.toMatch(/PASSWORD:|SECRET:|PRIVATE KEY/);
  });
});
