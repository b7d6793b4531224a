import { forwardRef, Module, type ForwardReference } from '@nestjs/common';
import { buildShell } from './build-shell.ts';
import type { ShellOptions } from './shell-options.ts';

const OPTIONS = Symbol('cashloop:shell-options');

/** Everything a service gets without asking: settings, log, database, messaging, health, metrics, auth, problem details. */
@Module({})
export class ServiceShellModule {
  /**
   * The settings are read when the application is created, not when the module file is imported: so start-up can report
   * all faults at once, and each test can bring its own environment.
   */
  static forRoot(options: ShellOptions): ForwardReference {
    return Object.assign(
      forwardRef(() => buildShell(ServiceShellModule, options)),
      { [OPTIONS]: options },
    );
  }
}

/** The options a service module gave to `forRoot`, if it imports the shell. */
export function shellOptionsOf(module: object): ShellOptions | undefined {
  const imports = (Reflect.getMetadata('imports', module) as unknown[] | undefined) ?? [];
  return imports
    .map((part) => (part as { [OPTIONS]?: ShellOptions })[OPTIONS])
    .find((options) => options !== undefined);
}
