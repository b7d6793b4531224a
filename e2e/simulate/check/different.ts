/** A sentence when something is not what it should be. What stands before the colon names the kind of failure. */
export const different = (what: string, found: unknown, wanted: unknown): string[] =>
  String(found) === String(wanted) ? [] : [`${what}: ${String(found)} instead of ${String(wanted)}`];
