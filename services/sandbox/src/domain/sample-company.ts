import { formatDecimal } from '@cashloop/money';
import type { BulkRow } from './bulk-row.ts';
import { sampleHistory } from './sample-history.ts';
import { sampleNames } from './sample-names.ts';
import { type Profile, sampleProfile } from './sample-profile.ts';
import { SampleRandom } from './sample-random.ts';

/** A customer of the sample as told to whoever sets limits. */
export interface SampleCustomer {
  key: string;
  displayName: string;
  /** Decimal in US dollars. */
  creditLimit: string;
  /** 1-100, higher is safer. */
  externalRating: number;
  /** Takes part in the live trickle's coming and going of holds. */
  actor: boolean;
}

export interface SampleCompany {
  customers: SampleCustomer[];
  /** Customers first, then documents by date: each row names only what came before it. */
  rows: BulkRow[];
}

const OVER_LIMIT = 8;
const NEAR_LIMIT = 16;
const ACTORS = 6;
const WORTH_A_LIMIT_CENTS = 100_000;

/** The sample company: the same for the same seed, number of customers and last day. */
export function sampleCompany(seed: number, count: number, today: string): SampleCompany {
  const random = new SampleRandom(seed);
  const drawn = sampleNames(random, count).map((displayName, index) => {
    const key = `S${String(index + 1).padStart(4, '0')}`;
    const profile = sampleProfile(random);
    return { key, displayName, profile, ...sampleHistory(random, key, profile, today) };
  });
  const placed = new Map(
    random.shuffled(drawn.filter((one) => one.owedCents >= WORTH_A_LIMIT_CENTS)).map((one, place) => [one.key, place]),
  );
  const customers = drawn.map(({ key, displayName, profile, owedCents }): SampleCustomer => {
    const place = placed.get(key) ?? Infinity;
    const limitCents = limitFor(random, profile, owedCents, place);
    const actor = place >= OVER_LIMIT && place < OVER_LIMIT + ACTORS;
    return {
      key,
      displayName,
      creditLimit: formatDecimal(BigInt(limitCents), 'USD'),
      externalRating: profile.rating,
      actor,
    };
  });
  const documents = drawn
    .flatMap(({ rows }) => rows)
    .sort((a, b) => order(a) - order(b) || compare(sortKey(a), sortKey(b)));
  const names = drawn.map(({ key, displayName }): BulkRow => ({
    kind: 'customer',
    key,
    display_name: displayName,
    currency: 'USD',
    email: `ap@${key.toLowerCase()}.example.com`,
  }));
  return { customers, rows: [...names, ...documents] };
}

/** A few are over their limit, some near it, the others have room. Limits are whole hundreds of dollars. */
function limitFor(random: SampleRandom, profile: Profile, owedCents: number, place: number): number {
  const draw = random.next();
  if (place < OVER_LIMIT) return Math.max(100_00, Math.floor(owedCents / (1.04 + draw * 0.25) / 100_00) * 100_00);
  if (place < OVER_LIMIT + NEAR_LIMIT) return Math.ceil(owedCents / (0.84 + draw * 0.12) / 100_00) * 100_00;
  const usual = profile.typicalCents * profile.invoicesPerMonth * (profile.termsDays / 30 + 2);
  return Math.ceil((Math.max(usual, owedCents, 500_00) * (1.4 + draw)) / 500_00) * 500_00;
}

const sortKey = (row: BulkRow): string => (row.kind === 'customer' ? '' : row.txn_date);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Payments come last whatever their date: the stand-in stores them as they come, and so none names what is not there. */
const order = (row: BulkRow): number => (row.kind === 'payment' ? 1 : 0);
