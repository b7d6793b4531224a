import { Injectable } from '@nestjs/common';
import { DiscoveryService, ExternalContextCreator, MetadataScanner } from '@nestjs/core';
import { HANDLES, RUNS, type RunsOptions, type Subscription } from '../handles.ts';
import type { RunContext } from '../handler-context.ts';

type Bound = (...args: unknown[]) => Promise<unknown>;

/** A handler method, ready to be called: its class's guards and interceptors come first. */
export interface BoundHandler {
  readonly subscription: Subscription;
  /** Class and method, for logs. */
  readonly name: string;
  readonly call: Bound;
}

export interface BoundRun {
  readonly options: RunsOptions;
  readonly call: (ctx: RunContext) => Promise<void>;
}

const NAME = /^[a-z0-9][a-z0-9._-]*$/i;

/** Finds @Handles, @HandlesRaw and @Runs on the providers of all modules. */
@Injectable()
export class Subscriptions {
  readonly #scanner = new MetadataScanner();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly contexts: ExternalContextCreator,
  ) {}

  /** @throws when two handlers would share offsets, or a name cannot stand in a group id */
  handlers(): BoundHandler[] {
    const seen = new Map<string, string>();
    return this.#methods<Subscription>(HANDLES).map(({ instance, method, meta, name }) => {
      if (!NAME.test(meta.projection)) throw new Error(`${name}: projection "${meta.projection}" is not a plain name`);
      for (const topic of topicsOf(meta)) {
        const other = seen.get(`${meta.projection} ${topic}`);
        if (other !== undefined)
          throw new Error(`${name} and ${other} both handle ${topic} as ${meta.projection}: rename one`);
        seen.set(`${meta.projection} ${topic}`, name);
      }
      return { subscription: meta, name, call: this.#bind(instance, method) };
    });
  }

  runs(): BoundRun[] {
    return this.#methods<RunsOptions>(RUNS).map(({ instance, method, meta }) => ({
      options: meta,
      call: this.#bind(instance, method) as BoundRun['call'],
    }));
  }

  /** Errors must reach us as they are, to be told passing from lasting: so guards and interceptors, but no filters. */
  #bind(instance: object, method: string): Bound {
    const callback = (instance as Record<string, Bound>)[method] as Bound;
    const options = { guards: true, interceptors: true, filters: false };
    return this.contexts.create(
      instance as never,
      callback,
      method,
      undefined,
      undefined,
      undefined,
      undefined,
      options,
      'rpc',
    );
  }

  #methods<M>(key: symbol): { instance: object; method: string; meta: M; name: string }[] {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()].flatMap((wrapper) => {
      const instance = wrapper.instance as object | undefined;
      if (typeof instance !== 'object' || instance === null || !wrapper.isDependencyTreeStatic()) return [];
      const prototype = Object.getPrototypeOf(instance) as Record<string, object> | null;
      if (prototype === null) return [];
      return this.#scanner.getAllMethodNames(prototype).flatMap((method) => {
        const meta = Reflect.getMetadata(key, prototype[method] as object) as M | undefined;
        return meta === undefined ? [] : [{ instance, method, meta, name: `${instance.constructor.name}.${method}` }];
      });
    });
  }
}

export const topicsOf = (subscription: Subscription): readonly string[] =>
  subscription.kind === 'raw' ? subscription.topics : [subscription.topic.name];
