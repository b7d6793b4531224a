// For the simulation (e2e/simulate) only: the wired parts of one process and the hooks tests need. Services import index.
export { BatchConsumer } from './batch-consumer.ts';
export type { BoundHandler, Subscriptions } from './consumer/subscriptions.ts';
export { faultHook, type FaultPoint, faultPoints } from './fault-points.ts';
export { MessagingParts } from './messaging-parts.ts';
export type { MessagingOptions } from './messaging-options.ts';
export { metrics } from './metrics.ts';
