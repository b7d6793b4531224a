/**
 * The one list of parts of the running system. Start, status, tests, docker-compose.yml and Prometheus' targets are made
 * from it. Without imports, so that every tool can read it before anything is installed.
 */

export const defaultPortBase = 8080;

/** A server of somebody else that Cashloop stands on. */
export interface ServerPart {
  name: 'kafka' | 'postgres' | 'redis' | 'prometheus';
  kind: 'server';
  portOffset: number;
  /** What is lost while it is away; absent: nothing runs without it. */
  lost?: string;
}

/** One of our services: one process, one folder in services/, one database. */
export interface ServicePart {
  name: string;
  kind: 'service';
  portOffset: number;
  /** Services whose address it gets as <NAME>_URL. Only the gateway calls others. */
  calls?: readonly string[];
  /** Stands in for outside systems: local use and tests only, never deployed. */
  standIn?: boolean;
}

export type Part = ServerPart | ServicePart;

export const servers: readonly ServerPart[] = [
  { name: 'kafka', kind: 'server', portOffset: 20 },
  { name: 'postgres', kind: 'server', portOffset: 22 },
  { name: 'redis', kind: 'server', portOffset: 23, lost: 'caches and shared rate limits: slower, never wrong' },
  {
    name: 'prometheus',
    kind: 'server',
    portOffset: 24,
    lost: 'metric history and alerts; the services are not affected',
  },
];

export const services: readonly ServicePart[] = [
  {
    name: 'gateway',
    kind: 'service',
    portOffset: 0,
    calls: ['crm-sync', 'quickbooks-sync', 'credit-scoring', 'compliance'],
  },
  { name: 'sandbox', kind: 'service', portOffset: 1, standIn: true },
  { name: 'crm-sync', kind: 'service', portOffset: 2 },
  { name: 'quickbooks-sync', kind: 'service', portOffset: 3 },
  { name: 'credit-scoring', kind: 'service', portOffset: 4 },
  { name: 'compliance', kind: 'service', portOffset: 5 },
];

export const parts: readonly Part[] = [...servers, ...services];

/** Kafka's second port, spoken only among brokers and controllers. */
export const kafkaControllerOffset = 21;

export function partNamed(name: string): Part | undefined {
  return parts.find((part) => part.name === name);
}

/** `credit-scoring` -> `CREDIT_SCORING`, the prefix of its settings. */
export function envName(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}

/** Database, owner and login of a service. */
export function databaseOf(service: string): { database: string; migrator: string; login: string } {
  const name = service.replaceAll('-', '_');
  return { database: `cashloop_${name}`, migrator: `${name}_migrator`, login: name };
}

/** Every port of a stack, by what listens there. */
export function portPlan(base: number): Map<string, number> {
  const plan = new Map(parts.map((part) => [part.name, base + part.portOffset]));
  plan.set('kafka-controller', base + kafkaControllerOffset);
  return plan;
}

/** The base from CASHLOOP_PORT_BASE; all ports of a stack follow from it. */
export function portBase(env: Record<string, string | undefined> = process.env): number {
  const text = env['CASHLOOP_PORT_BASE'];
  if (text === undefined || text === '') return defaultPortBase;
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > 65_000) {
    throw new RangeError(`CASHLOOP_PORT_BASE must be a whole number from 1024 to 65000, not "${text}".`);
  }
  return base;
}
