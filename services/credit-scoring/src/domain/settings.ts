/** What a decision does: take effect, only be seen, or not be made. */
export type Enforcement = 'enforce' | 'observe' | 'off';

export const ENFORCEMENTS: readonly Enforcement[] = ['enforce', 'observe', 'off'];

/** Weights of the signals in percent, as document 4 names them. */
export interface Weights {
  readonly revenueMomentumWeight: number;
  readonly cashCollectionWeight: number;
  readonly profitabilityWeight: number;
  readonly debtAgingWeight: number;
  readonly repaymentVelocityWeight: number;
  readonly tenureWeight: number;
}

export const WEIGHT_NAMES = [
  'revenueMomentumWeight',
  'cashCollectionWeight',
  'profitabilityWeight',
  'debtAgingWeight',
  'repaymentVelocityWeight',
  'tenureWeight',
] as const satisfies readonly (keyof Weights)[];

/** An org's credit policy. Its version travels in every decision. */
export interface Settings {
  readonly weights: Weights;
  readonly enforcement: Enforcement;
  /** Utilisation in percent from which an account is warned. */
  readonly warnFromPercent: number;
  /** 0: never changed. */
  readonly version: number;
}

/** A new org only watches. */
export const DEFAULT_SETTINGS: Settings = {
  weights: {
    revenueMomentumWeight: 20,
    cashCollectionWeight: 25,
    profitabilityWeight: 20,
    debtAgingWeight: 15,
    repaymentVelocityWeight: 10,
    tenureWeight: 10,
  },
  enforcement: 'observe',
  warnFromPercent: 90,
  version: 0,
};

export const weightSum = (weights: Weights): number => WEIGHT_NAMES.reduce((sum, name) => sum + weights[name], 0);
