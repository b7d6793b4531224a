import { requiredSettings } from '../build-shell.ts';
import { readConfig } from '../config/read-config.ts';
import { ServiceConfig } from '../config/service-config.ts';
import { LOGGER } from '../log/log.token.ts';
import { shellOptionsOf } from '../shell.module.ts';
import type { RunningService, ServiceOptions } from '../shell-options.ts';
import { bootService } from './boot-service.ts';
import { closeOnSignals } from './close-on-signals.ts';
import { startFailure } from './start-failure.ts';
import type { Logger } from 'pino';

/**
 * The whole of a service's main.ts. Settings are checked first: with faults, all of them are printed and the process
 * ends with status 1 before it serves. `--check-config` checks and ends. SIGTERM and SIGINT close it.
 */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  try {
    checkConfig(options);
    if (process.argv.includes('--check-config')) {
      process.stdout.write(`${options.name}: the settings are complete and valid\n`);
      process.exit(0);
    }
    const service = await bootService(options);
    const log = service.app.get<Logger>(LOGGER);
    closeOnSignals(service, service.app.get(ServiceConfig).SHUTDOWN_GRACE_MS, log);
    log.info({ url: service.url, started_ms: Math.round(process.uptime() * 1000) }, 'listening');
    return service;
  } catch (error) {
    process.stderr.write(startFailure(options.name, error));
    process.exit(1);
  }
}

function checkConfig(options: ServiceOptions): void {
  const shell = shellOptionsOf(options.module);
  if (shell === undefined) throw new Error(`${options.module.name} does not import ServiceShellModule.forRoot(...)`);
  readConfig(shell.config, process.env, requiredSettings(shell));
}
