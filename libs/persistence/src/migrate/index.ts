export * from './migration-failed.ts';
export * from './pending-migrations.ts';
export * from './run-migrations.ts';
