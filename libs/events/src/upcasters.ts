import type { JsonValue } from '@bufbuild/protobuf';

/** Lifts the JSON of one schema version to the next. Keys and targets are schema URIs. */
export interface Upcaster {
  readonly from: string;
  readonly to: string;
  readonly lift: (json: JsonValue) => JsonValue;
}

/** All upcasters. Empty while every message is in its first version. */
export const upcasters: readonly Upcaster[] = [];

/**
 * Lifts a body step by step from one schema version to another, so that handlers know one shape.
 * @returns undefined when no chain of upcasters leads there
 */
export function lift(from: string, to: string, json: JsonValue, known: readonly Upcaster[]): JsonValue | undefined {
  let at = from;
  let body = json;
  for (let steps = 0; steps <= known.length; steps += 1) {
    if (at === to) return body;
    const next = known.find((upcaster) => upcaster.from === at);
    if (next === undefined) return undefined;
    body = next.lift(body);
    at = next.to;
  }
  return undefined;
}
