export * from './document-arbitraries.ts';
export * from './fixed-clock.ts';
export * from './money-arbitraries.ts';
export * from './own-broker.ts';
export * from './signed-tokens.ts';
export * from './test-broker.ts';
export * from './test-database.ts';
export * from './test-redis.ts';
