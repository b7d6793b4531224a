import type { TopicDef } from '@cashloop/events';
import type { Broker } from './broker.ts';
import type { Logger } from './logger.ts';

/** What a service says about its messaging. */
export interface MessagingOptions {
  /** Name of the service: group ids, ce_source, labels. */
  service: string;
  clientId?: string;
  /** host:port of the brokers. */
  brokers: readonly string[];
  /** Topics this service owns: created and checked at start. */
  publishes: readonly TopicDef[];
  /** Copies of each topic that this service creates. 1 locally, 3 elsewhere. */
  replication?: number;
  /** Put before every topic name and group id. Tests share one broker this way. */
  topicPrefix?: string;
  logger?: Logger;
  /** Another broker than Kafka through kafkajs: the in-memory one. */
  broker?: Broker;
  /** Most events in one transaction. 2,000 unless told. */
  batchEventsMax?: number;
  /** Partitions worked on at the same time, per projection. 4 unless told. */
  partitionsAtOnce?: number;
  /** How long consumers wait for a topic that its owner has not made yet, before they report a fault. 60 s unless told. */
  topicWaitMs?: number;
  /** The time handlers see. */
  clock?: () => Date;
}

/** Token of the options a service gave to MessagingModule. */
export const MESSAGING_OPTIONS = Symbol('MESSAGING_OPTIONS');
