import { ConfigError } from '../config/config-error.ts';

/** What a person reads when a service does not start: one sentence, the cause, the next command. */
export function startFailure(name: string, error: unknown): string {
  if (error instanceof ConfigError) {
    const lines = error.faults.map((fault) => `  ${fault}\n`).join('');
    const count = error.faults.length === 1 ? '1 setting is' : `${error.faults.length} settings are`;
    return `${name} cannot start: ${count} missing or wrong.\n${lines}Set them in the environment; --check-config checks them without starting.\n`;
  }
  return `${name} cannot start: ${causeOf(error)}${nextStep(error)}\n`;
}

/** The innermost cause says most; an AggregateError of a refused connection has no message of its own. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(causeOf).join(', ') : '';
  const own = [error.message, inner]
    .filter((part) => part !== '')
    .join(': ')
    .split('\n')
    .slice(0, 3)
    .join(' ');
  return error.cause === undefined ? own : `${own} (${causeOf(error.cause)})`;
}

function nextStep(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'EADDRINUSE') return '. Another program has the port: npm run status shows which is ours.';
  if (code === 'ECONNREFUSED') return '. Is the server up? npm run status shows the parts.';
  return '';
}
