export * from './currency.ts';
export * from './errors.ts';
export * from './decimal.ts';
export * from './rounding.ts';
export * from './allocate.ts';
export * from './convert.ts';
