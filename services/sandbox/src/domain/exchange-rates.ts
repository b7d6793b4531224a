import { isCurrency, roundHalfUp } from '@cashloop/money';

// Millionths of a US dollar for one unit: fixed, so that runs can be compared. What is not named counts as one dollar.
// prettier-ignore
const microsByCurrency: Readonly<Record<string, bigint>> = {
  USD: 1_000_000n, EUR: 1_085_000n, GBP: 1_270_000n, CHF: 1_130_000n, CAD: 735_000n, AUD: 655_000n, JPY: 6_700n,
  INR: 11_900n, SEK: 95_000n, NOK: 93_000n, DKK: 145_000n, PLN: 252_000n, CZK: 43_000n, MXN: 55_000n, BRL: 182_000n,
  CNY: 138_000n, SGD: 745_000n, HKD: 128_000n, NZD: 600_000n, ZAR: 55_000n, KWD: 3_250_000n, BHD: 2_650_000n,
};

/** Units of `home` for one unit of `currency`, with at most six decimals: "1.085". */
export function rateOf(currency: string, home: string): string {
  if (currency === home || !isCurrency(currency)) return '1';
  const [from, to] = [microsByCurrency[currency] ?? 1_000_000n, microsByCurrency[home] ?? 1_000_000n];
  const micros = roundHalfUp(from * 1_000_000n, to);
  return decimal(micros === 0n ? 1n : micros);
}

function decimal(micros: bigint): string {
  const text = micros.toString().padStart(7, '0');
  return `${text.slice(0, -6)}.${text.slice(-6)}`.replace(/\.?0+$/, '');
}
