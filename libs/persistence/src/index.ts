export * from './data-source.ts';
export * from './migrate/index.ts';
export { OpenTx, SwallowedError, type Statement } from './open-tx.ts';
export * from './permanent-error.ts';
export * from './persistence-options.ts';
export * from './persistence.module.ts';
export * from './tenant-table.ts';
export * from './transaction-runner.ts';
export type { Tx } from './tx.ts';
