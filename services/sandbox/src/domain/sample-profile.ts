import type { SampleRandom } from './sample-random.ts';

/** How a customer of the sample buys and pays. */
export interface Profile {
  invoicesPerMonth: number;
  /** Middle of its invoice amounts in cents. */
  typicalCents: number;
  termsDays: number;
  /** Days after the due date it usually pays, and how much that varies. */
  lateDays: number;
  lateSpread: number;
  partPayments: number;
  neverPays: number;
  /** 1-100, higher is safer. */
  rating: number;
}

const habits = [
  { share: 0.55, rating: 82, pays: { lateDays: -2, lateSpread: 3, partPayments: 0.02, neverPays: 0.002 } },
  { share: 0.28, rating: 63, pays: { lateDays: 9, lateSpread: 6, partPayments: 0.08, neverPays: 0.006 } },
  { share: 0.12, rating: 44, pays: { lateDays: 28, lateSpread: 12, partPayments: 0.18, neverPays: 0.015 } },
  { share: 0.05, rating: 26, pays: { lateDays: 55, lateSpread: 20, partPayments: 0.3, neverPays: 0.04 } },
];

export function sampleProfile(random: SampleRandom): Profile {
  let draw = random.next();
  const habit = habits.find(({ share }) => (draw -= share) < 0) ?? habits[0]!;
  const { rating, pays } = habit;
  return {
    ...pays,
    invoicesPerMonth: 0.5 + random.next() * 1.8,
    typicalCents: Math.round(10 ** random.normal(5.15, 0.33)),
    termsDays: random.pick([14, 30, 30, 30, 45, 60]),
    rating: Math.min(100, Math.max(1, Math.round(random.normal(rating, 8)))),
  };
}

/** Busier before Christmas and in spring, quiet in summer: factor by month, January first. */
export const seasonality = [0.8, 0.85, 1.05, 1.1, 1.05, 0.95, 0.8, 0.75, 1.0, 1.15, 1.3, 1.2];
