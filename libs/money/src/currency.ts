import { UnknownCurrency } from './errors.ts';

/** An amount: minor units (cents) of a currency. */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

// ISO 4217 list one (2024-06). Everything not named here has two decimals.
const noDecimals = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const threeDecimals = 'BHD IQD JOD KWD LYD OMR TND';
const fourDecimals = 'CLF UYW';
const twoDecimals =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
  'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
  'IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD ' +
  'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP ' +
  'SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG';

const digitsByCurrency: ReadonlyMap<string, number> = new Map(
  [noDecimals, twoDecimals, threeDecimals, fourDecimals].flatMap((codes, i) =>
    codes.split(' ').map((code): [string, number] => [code, [0, 2, 3, 4][i]!]),
  ),
);

/** Whether a code is a currency in use. */
export const isCurrency = (code: string): boolean => digitsByCurrency.has(code);

/** All currency codes, for choices on screens and for test generators. */
export const currencies = (): string[] => [...digitsByCurrency.keys()];

/**
 * Decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD.
 * @throws UnknownCurrency
 */
export function minorDigits(currency: string): number {
  const digits = digitsByCurrency.get(currency);
  if (digits === undefined) throw new UnknownCurrency(currency);
  return digits;
}
