import { setTimeout as sleep } from 'node:timers/promises';
import { UserFault } from '../../local/faults.ts';
import type { CompanyStatus, Gateway } from './gateway.ts';
import { Meter } from './meter.ts';

const everyMs = 1000;

const documentsOf = ({ import: counts }: CompanyStatus): number =>
  counts.customers + counts.invoices + counts.payments + counts.credit_memos;

/** What quickbooks-sync has read of a company; 0 when it is not connected. */
export async function documentsRead(gateway: Gateway, realm: string): Promise<number> {
  const company = await gateway.company(realm);
  return company === undefined ? 0 : documentsOf(company);
}

/**
 * Waits until quickbooks-sync has read the company and given all documents to their customers.
 * @param expected documents and customers it will have read; shown, and awaited when the company was live before
 * @throws UserFault when nothing moves for a while
 */
export async function awaitImport(
  gateway: Gateway,
  realm: string,
  expected: number,
  options: { stillMs?: number; everyMs?: number } = {},
): Promise<void> {
  const meter = new Meter('quickbooks-sync reads', expected, 'rows', {
    waitsFor: 'waiting until the import counts as complete',
  });
  const still = new Stillness(options.stillMs ?? 120_000);
  for (;;) {
    const company = await gateway.company(realm);
    const read = company === undefined ? 0 : documentsOf(company);
    meter.to(Math.min(read, expected), expected);
    if (company?.state === 'live' && company.import.parked === 0 && read >= expected) break;
    if (company?.state === 'needs_reconsent')
      throw new UserFault(
        'The connection to the company has ended.',
        'connect it again: open /qbo/oauth/start of the gateway',
      );
    if (still.tooLong(`${read}|${company?.import.parked}|${company?.state}`)) {
      meter.done();
      const why =
        company?.last_error ??
        `${read} of ${expected} rows read, ${company?.import.parked ?? 0} parked, state ${company?.state ?? 'not connected'}`;
      throw new UserFault(
        `quickbooks-sync does not get on with the import: ${why}.`,
        'npm run logs -- quickbooks-sync, then the same npm run load again',
      );
    }
    await sleep(options.everyMs ?? everyMs);
  }
  meter.done();
}

/** Waits until credit-scoring knows as many invoices as expected, or its figures have been still for a while. */
export async function awaitCredit(
  gateway: Gateway,
  realm: string,
  expected: number,
  options: { stillMs?: number; everyMs?: number } = {},
): Promise<void> {
  const meter = new Meter('credit-scoring knows', expected, 'rows');
  const still = new Stillness(options.stillMs ?? 20_000);
  for (;;) {
    const totals = await gateway.totals(realm);
    const known = totals.reduce(
      (sum, { invoices, payments, credit_notes: notes }) => sum + invoices + payments + notes,
      0,
    );
    meter.to(Math.min(known, expected), expected);
    if (known >= expected || still.tooLong(JSON.stringify(totals))) break;
    await sleep(options.everyMs ?? everyMs);
  }
  meter.done();
}

/** Notices that a value has not changed for some time. */
export class Stillness {
  readonly #ms: number;
  #last = '';
  #since = performance.now();

  constructor(ms: number) {
    this.#ms = ms;
  }

  tooLong(value: string): boolean {
    if (value !== this.#last) {
      this.#last = value;
      this.#since = performance.now();
    }
    return performance.now() - this.#since > this.#ms;
  }
}
