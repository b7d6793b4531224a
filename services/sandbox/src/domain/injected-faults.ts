// prettier-ignore
export const faultKinds = [
  'http500', 'timeout_after_commit', 'throttle', 'lose_webhooks', 'duplicate_webhooks', 'reorder_webhooks',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** A fault that shall happen `times` times more, in one company or (without `realm`) in any. */
export interface InjectedFault {
  kind: FaultKind;
  realm?: string;
  times: number;
}

/** Faults waiting to happen. They live in memory: a restart of the stand-in ends them. */
export class InjectedFaults {
  #waiting: InjectedFault[] = [];

  add(fault: InjectedFault): void {
    this.#waiting.push({ ...fault });
  }

  clear(): void {
    this.#waiting = [];
  }

  list(): readonly InjectedFault[] {
    return this.#waiting;
  }

  /** Whether it happens now; uses it up once. */
  takes(kind: FaultKind, realm: string): boolean {
    const fault = this.#waiting.find((one) => one.kind === kind && (one.realm === undefined || one.realm === realm));
    if (fault === undefined) return false;
    fault.times -= 1;
    this.#waiting = this.#waiting.filter((one) => one.times > 0);
    return true;
  }
}
