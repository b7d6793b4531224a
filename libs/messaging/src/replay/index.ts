export { StopPartition } from '../consumer/partition-faults.ts';
export { type Difference } from './compare.ts';
export { type Progress } from './rebuild.ts';
export { replay, type ReplayReport, type ReplayWork } from './replay.ts';
export { dropSchema, type ReplayDatabase, ReplayRuns, schemaOf } from './replay-schema.ts';
export { FamilyChanged } from './scope.ts';
export {
  type Bound,
  projectionsOf,
  type ReplayedProjection,
  type ReplayRequest,
  type ServiceReplay,
} from './service-replay.ts';
