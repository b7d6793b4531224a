import type { Provider, Type } from '@nestjs/common';
import type { RunContext } from '../handler-context.ts';

/**
 * How the projections of a service are rebuilt beside the live ones. Its module file exports one as `replay`.
 * Everything is SQL on the service's own tables: it runs on the live ones and on the rebuilt ones.
 */
export interface ServiceReplay {
  readonly service: string;
  readonly migrations: readonly Function[];
  /**
   * Handlers and what they need. A handler that stands only here takes the service's own topic and restores what commands
   * wrote: live it would read its own words.
   */
  readonly providers: readonly Provider[];
  readonly projections: Readonly<Record<string, ReplayedProjection>>;
  /** All orgs the service holds rows of: one column `org_id`. Without rows of orgs: undefined. */
  readonly orgs?: string;
  /** Given customer ids ($1 bigint[]), those whose state hangs on theirs, themselves included: one column `customer_id`. */
  readonly family?: string;
}

/** One projection, as a replay sees it. */
export interface ReplayedProjection {
  /** Projections that fill tables which this one's state hangs on. They are rebuilt with it, to where the live ones are. */
  readonly restsOn?: readonly string[];
  /**
   * Its state without order and chance: one text column `line` per row, of what equal events must make equal (newest
   * version of each document, exposure, limit), for the customers $1 (bigint[], null for all).
   */
  readonly state: string;
  /** A sweep that finishes what events alone leave open. It runs at the last recorded time until it has nothing to do. */
  readonly settle?: Type<{ run(ctx: RunContext): Promise<void> }>;
}

/** Where a replay begins or ends: a recorded time (ms since 1970), or an offset in each partition. */
export type Bound =
  { readonly kind: 'time'; readonly at: number } | { readonly kind: 'offset'; readonly offset: bigint };

export interface ReplayRequest {
  readonly projection: string;
  /** First record, included. From the start unless told. */
  readonly from?: Bound;
  /** End, not included. What the live projection has read unless told. */
  readonly to?: Bound;
  /** Only records of these customers (and records without one), and of these orgs. */
  readonly customers?: readonly string[];
  readonly orgs?: readonly string[];
}

/** The projections a replay rebuilds, in the order in which they take events of one moment. */
export function projectionsOf(plan: ServiceReplay, projection: string): string[] {
  const found = plan.projections[projection];
  return [...(found?.restsOn ?? []), projection];
}
