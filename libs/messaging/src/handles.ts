import 'reflect-metadata';
import { SetMetadata } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { Event, MessageOf, OutgoingEvent, TopicDef } from '@cashloop/events';
import type { HandlerContext, RunContext } from './handler-context.ts';
import type { RawRecord } from './raw-record.ts';

/** Only our strategy binds these patterns: another transport in the same process leaves them alone. */
export const CASHLOOP_TRANSPORT = Symbol('cashloop');
export const HANDLES = Symbol('cashloop:handles');
export const RUNS = Symbol('cashloop:runs');

export interface HandlesOptions {
  /** Name of what this handler builds. Offsets belong to it; a new name is built from the start of the topic. */
  projection: string;
  /**
   * The live projection that this one is to replace. It is built from the start beside it, in tables of its own, and what
   * it returns is let go until `ops -- projections switch` makes it the live one.
   */
  beside?: string;
}

export type Subscription =
  | { kind: 'events'; projection: string; topic: TopicDef; beside?: string }
  | { kind: 'raw'; projection: string; topics: readonly string[] };

export interface RunsOptions {
  name: string;
  /** Pause between the end of a run and the start of the next. */
  everyMs: number;
}

type Method<M> = <F extends M>(
  target: object,
  property: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;
type BatchMethod<D extends TopicDef> = (
  events: readonly Event<MessageOf<D>>[],
  ctx: HandlerContext,
) => Promise<OutgoingEvent[]>;
type RawMethod = (records: readonly RawRecord[], ctx: HandlerContext) => Promise<void>;
type RunMethod = (ctx: RunContext) => Promise<void>;

/**
 * A method that takes all events of one topic in batches, in order within a key, and returns the events that follow.
 * The class stands under `providers`. Rows, returned events and the offset commit together.
 */
export function Handles<D extends TopicDef>(topic: D, options: HandlesOptions): Method<BatchMethod<D>> {
  return subscribe({ kind: 'events', ...options, topic }, [topic.name]);
}

/** A method that takes records as they are, undecoded and never parked: for the vault. */
export function HandlesRaw(topics: readonly string[], options: Pick<HandlesOptions, 'projection'>): Method<RawMethod> {
  return subscribe({ kind: 'raw', projection: options.projection, topics }, topics);
}

/**
 * A method that runs again and again on one replica of the service at a time. It must be safe to run twice at once for
 * a moment: a replica that hung and wakes up may still be in the middle of one.
 */
export function Runs(options: RunsOptions): Method<RunMethod> {
  return SetMetadata(RUNS, options);
}

/** The pattern is what Nest's inspector and logs show; our own metadata is what the consumer reads. */
function subscribe(subscription: Subscription, topics: readonly string[]): Method<never> {
  const event: MethodDecorator = EventPattern<string>(
    `${subscription.projection}: ${topics.join(', ')}`,
    CASHLOOP_TRANSPORT,
  );
  return (target, property, descriptor) => {
    event(target, property, descriptor);
    SetMetadata(HANDLES, subscription)(target, property as string, descriptor as PropertyDescriptor);
  };
}
