import { Injectable } from '@nestjs/common';

/** State of one dependency. `degraded`: slower or less, but the service works and stays ready. */
export interface PartState {
  status: 'up' | 'degraded' | 'down';
  [detail: string]: unknown;
}

/** One line of /health. `check` may throw: that is `down`, with the message. */
export interface HealthPart {
  name: string;
  check(): PartState | Promise<PartState>;
}

/** Parts of /health. A service adds its own in a constructor: `parts.add({ name: 'quickbooks', check: () => ... })`. */
@Injectable()
export class HealthParts {
  readonly #parts = new Map<string, HealthPart>();

  add(part: HealthPart): void {
    this.#parts.set(part.name, part);
  }

  all(): HealthPart[] {
    return [...this.#parts.values()];
  }
}
