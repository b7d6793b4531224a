import { setTimeout as sleep } from 'node:timers/promises';
import { UserFault } from '../../local/faults.ts';
import { callJson } from '../../local/http-json.ts';
import type { LocalStack } from './stack.ts';

/** A row the stand-in refused; `line` counts from 1 within the call. */
export interface BulkError {
  line: number;
  key: string;
  code: string;
  message: string;
}

export interface BulkAnswer {
  created: number;
  skipped: number;
  errors: BulkError[];
}

// Rows carry keys, so that sending a call again does no harm.
const tries = 8;

/** The stand-in's admin API. */
export class StandIn {
  readonly #stack: LocalStack;
  readonly #pauseMs: number;

  /** @param pauseMs first pause before a call is repeated; it doubles each time */
  constructor(stack: LocalStack, pauseMs = 500) {
    this.#stack = stack;
    this.#pauseMs = pauseMs;
  }

  /** Makes the company unless there is one of that name. */
  company(name: string, currency: string): Promise<{ realm_id: string; created: boolean }> {
    const { sandbox, sandboxToken: token } = this.#stack;
    return callJson(`${sandbox}/admin/companies`, { method: 'POST', token, body: { name, currency } });
  }

  /** The realm of a company, or undefined. */
  async realmOf(name: string): Promise<string | undefined> {
    const { sandbox, sandboxToken: token } = this.#stack;
    const { items } = await callJson<{ items: { realm_id: string; name: string }[] }>(`${sandbox}/admin/companies`, {
      token,
    });
    return items.find((company) => company.name === name)?.realm_id;
  }

  /**
   * Sends up to 5,000 rows. Repeats what did not come through.
   * @throws UserFault when the stand-in stays away or refuses the whole call
   */
  async bulk(realm: string, lines: readonly string[]): Promise<BulkAnswer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#send(realm, lines).catch((error: unknown) =>
        error instanceof UserFault ? Promise.reject(error) : String(error),
      );
      if (typeof answer !== 'string') return answer;
      if (attempt === tries) {
        throw new UserFault(
          `The QuickBooks stand-in does not take rows: ${answer}.`,
          'npm run status, then the same npm run load again: it goes on where it stopped',
        );
      }
      await sleep(this.#pauseMs * 2 ** (attempt - 1));
    }
  }

  /** An answer, or why it is worth another try. */
  async #send(realm: string, lines: readonly string[]): Promise<BulkAnswer | string> {
    const answer = await fetch(`${this.#stack.sandbox}/admin/companies/${realm}/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#stack.sandboxToken}`, 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
      signal: AbortSignal.timeout(180_000),
    });
    if (answer.ok) return (await answer.json()) as BulkAnswer;
    const text = (await answer.text()).slice(0, 300);
    if (answer.status >= 500 || answer.status === 429) return `it answers ${answer.status}`;
    throw new UserFault(
      `The QuickBooks stand-in refused the rows: ${answer.status} ${text}.`,
      'npm run logs -- sandbox',
    );
  }
}
