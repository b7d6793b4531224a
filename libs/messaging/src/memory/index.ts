export { FaultyBroker, type Faults } from './faulty-broker.ts';
export { MemoryCluster } from './memory-broker.ts';
export { MemoryLog, UnknownTopic } from './memory-log.ts';
export { Seeded } from './random.ts';
export { Slots } from './slots.ts';
