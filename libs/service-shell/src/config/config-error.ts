/** Settings that are missing or wrong, all of them, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`${faults.length} setting${faults.length === 1 ? ' is' : 's are'} wrong: ${faults.join('; ')}`);
    this.faults = faults;
  }
}
