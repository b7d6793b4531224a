/** How often each fault struck over many seeds: one that never does tests nothing. */
export class Tally {
  readonly #times: Map<string, number>;

  /** @param strikes all that may strike */
  constructor(strikes: readonly string[]) {
    this.#times = new Map(strikes.map((strike) => [strike, 0]));
  }

  add(struck: ReadonlyMap<string, number>): void {
    for (const [strike, times] of struck) this.#times.set(strike, (this.#times.get(strike) ?? 0) + times);
  }

  get never(): string[] {
    return [...this.#times].flatMap(([strike, times]) => (times === 0 ? [strike] : []));
  }

  lines(): string[] {
    const width = Math.max(...[...this.#times.keys()].map((strike) => strike.length));
    return [...this.#times].map(([strike, times]) => `${strike.padEnd(width)} ${String(times).padStart(7)}`);
  }
}
