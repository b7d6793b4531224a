import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { defaultPortBase } from '../parts.ts';
import { root } from './folders.ts';
import { host } from './ports.ts';
import type { Command } from './processes.ts';

export interface PrometheusPlan {
  program: string;
  folder: string;
  log: string;
  port: number;
  base: number;
}

interface Config {
  rule_files?: string[];
  scrape_configs?: { static_configs?: { targets?: string[] }[] }[];
}

/** The committed settings, with the ports of this stack and absolute paths: Prometheus resolves them from its own file. */
export function localConfig(text: string, folder: string, base: number): string {
  const config = (parse(text) ?? {}) as Config;
  const move = (target: string): string => {
    const match = /^(?:localhost|127\.0\.0\.1):(\d+)$/.exec(target);
    return match === null ? target : `${host}:${Number(match[1]) - defaultPortBase + base}`;
  };
  const absolute = (file: string): string => (isAbsolute(file) ? file : resolve(folder, file));
  return stringify({
    ...config,
    ...(config.rule_files === undefined ? {} : { rule_files: config.rule_files.map(absolute) }),
    scrape_configs: (config.scrape_configs ?? []).map((scrape) => ({
      ...scrape,
      ...(scrape.static_configs === undefined
        ? {}
        : { static_configs: scrape.static_configs.map((one) => ({ ...one, targets: (one.targets ?? []).map(move) })) }),
    })),
  });
}

export function preparePrometheus(plan: PrometheusPlan): Command {
  mkdirSync(plan.folder, { recursive: true, mode: 0o700 });
  const committed = join(root, 'prometheus', 'prometheus.yml');
  const text = existsSync(committed) ? readFileSync(committed, 'utf8') : '{}';
  const file = join(plan.folder, 'prometheus.yml');
  writeFileSync(file, localConfig(text, dirname(committed), plan.base));
  return {
    command: plan.program,
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      '--storage.tsdb.retention.size=512MB',
      '--storage.tsdb.retention.time=15d',
      `--web.listen-address=${host}:${plan.port}`,
    ],
    cwd: plan.folder,
    env: process.env,
    log: plan.log,
  };
}
