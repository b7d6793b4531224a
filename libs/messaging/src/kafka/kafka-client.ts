import kafkajs, { type Kafka, type logCreator } from 'kafkajs';
import type { Logger } from '../logger.ts';
import { writeVarintsInPlace } from './quick-varints.ts';
import { leaveHeadersAsBytes } from './record-headers.ts';

export interface KafkaSettings {
  readonly clientId: string;
  readonly brokers: readonly string[];
  /** Put before topic and group names. */
  readonly prefix?: string;
  readonly log?: Logger;
}

/**
 * kafkajs reports as ERROR what it then repeats by itself ("coordinator is loading", each refused connection), and
 * everything that matters reaches us as an error or a crash event, which we report: so its own lines are for debugging.
 */
const forDebugging =
  (log: Logger | undefined): logCreator =>
  () =>
  ({ namespace, log: { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...fields } }) =>
    log?.debug({ kafkajs: namespace, ...fields }, message);

/** kafkajs computes one of its timers below zero, which Node 24 warns of each time. It is harmless. */
function silenceNegativeTimers(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  if ((process.emitWarning as { cashloop?: true }).cashloop) return;
  const filtered = (...args: unknown[]): void => {
    const name = typeof args[1] === 'string' ? args[1] : (args[0] as Error | undefined)?.name;
    if (name !== 'TimeoutNegativeWarning') emit(...args);
  };
  process.emitWarning = Object.assign(filtered, { cashloop: true as const });
}

/** What others wait for fails soon, and they repeat it. */
const SOON = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 };
/** A member that outlives a restart of its broker goes on at once, a new one waits for the old one's session. */
export const PATIENT = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 15 };

export function kafkaClient(settings: KafkaSettings, retry = SOON): Kafka {
  silenceNegativeTimers();
  leaveHeadersAsBytes();
  writeVarintsInPlace();
  return new kafkajs.Kafka({
    clientId: settings.clientId,
    brokers: [...settings.brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry,
    logLevel: kafkajs.logLevel.INFO,
    logCreator: forDebugging(settings.log),
  });
}
