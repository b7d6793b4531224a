// Replies are looked into as a stock client would, not modelled: a model of ours could hide a mistake of ours.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;
