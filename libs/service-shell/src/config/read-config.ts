import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import { validateSync, type ValidationError } from 'class-validator';
import { ConfigError } from './config-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRET = /KEY|SECRET|PASSWORD|TOKEN|_URL$/;

/**
 * Reads the settings a class declares and checks them all.
 * An empty variable counts as not set. Numbers and booleans (`true`, `false`, `1`, `0`) are read by the property's type.
 * @param required names that must be set although the class lets them be absent
 * @throws ConfigError naming every fault
 */
export function readConfig<C extends object>(config: Type<C>, env: Environment, required: readonly string[] = []): C {
  const settings = new config() as C & Record<string, unknown>;
  for (const name of Object.keys(settings)) {
    const text = env[name]?.trim();
    if (text !== undefined && text !== '') Object.assign(settings, { [name]: convert(config, name, text) });
  }
  const faults = validateSync(settings, { forbidUnknownValues: false }).flatMap(describe);
  for (const name of required) {
    if (settings[name] === undefined && !faults.some((fault) => fault.startsWith(name)))
      faults.push(`${name} must be set`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return settings;
}

function convert(config: Type, name: string, text: string): unknown {
  const type: unknown = Reflect.getMetadata('design:type', config.prototype as object, name);
  if (type === Number && Number.isFinite(Number(text))) return Number(text);
  if (type === Boolean && (text === 'true' || text === '1')) return true;
  if (type === Boolean && (text === 'false' || text === '0')) return false;
  return text;
}

/** Values of secrets, and of addresses that may carry a password, are never shown. */
function describe(error: ValidationError): string[] {
  const reasons = Object.values(error.constraints ?? {});
  if (error.value === undefined) {
    const reason = reasons.at(-1)?.replace(`${error.property} `, '');
    return [`${error.property} must be set${reason ? `; it ${reason}` : ''}`];
  }
  const shown = SECRET.test(error.property) ? '' : ` (is ${JSON.stringify(error.value)})`;
  return [`${reasons.join(', ')}${shown}`];
}
