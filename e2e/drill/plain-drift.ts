import type { Database } from './databases.ts';
import type { Ledger } from './ledger.ts';

/** What the plain NestJS design made of the same books under the same strikes. It knows invoices only. */
export async function plainDrift(database: Database, ledger: Ledger): Promise<string> {
  await rest(database);
  const wanted = new Map<string, bigint>();
  for (const { customer, balance } of ledger.invoices.values()) wanted.set(customer, (wanted.get(customer) ?? 0n) + balance);
  const rows = await database.query<{ id: string; minor: string }>('select "customerId" id, "exposureMinor"::text minor from plain_account');
  const found = new Map(rows.map(({ id, minor }) => [id, BigInt(minor)]));
  const wrong = [...wanted].filter(([id, minor]) => (found.get(id) ?? 0n) !== minor);
  const cents = wrong.reduce((sum, [id, minor]) => sum + absolute((found.get(id) ?? 0n) - minor), 0n);
  return `the plain NestJS design beside it: ${wrong.length} of ${wanted.size} exposures wrong, by ${cents} cents`;
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Its group takes back the partitions of a killed member after 30 s only: it is done when nothing moved for longer. */
const STILL_S = 35;

/** Waits until it has handled what it will handle. */
async function rest(database: Database): Promise<void> {
  let [seen, still] = [-1, 0];
  for (let tries = 0; still < STILL_S && tries < 300; tries += 1) {
    const now = await database.number('select sum(version) n from plain_invoice', [], 5).catch(() => seen);
    still = now === seen ? still + 1 : 0;
    seen = now;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}
