/** The steps between which a process may die, in the order they are reached. */
export type FaultPoint =
  | 'batch.locked' // the offset row is locked, nothing handled
  | 'batch.handled' // the handler's rows are written, nothing committed
  | 'batch.committed' // committed, the broker's client does not know yet
  | 'aside.stored' // the dead letter is written, not committed
  | 'aside.committed'
  | 'retry.handled' // a set-aside event is handled again, not committed
  | 'retry.committed'
  | 'effects.handled'
  | 'effects.committed'
  | 'relay.taken' // rows are read, nothing sent
  | 'relay.sent' // the broker has them, the rows are still there
  | 'relay.deleted';

export const faultPoints: readonly FaultPoint[] = [
  'batch.locked',
  'batch.handled',
  'batch.committed',
  'aside.stored',
  'aside.committed',
  'retry.handled',
  'retry.committed',
  'effects.handled',
  'effects.committed',
  'relay.taken',
  'relay.sent',
  'relay.deleted',
];

/** A test sets `reached` to die, hang or fail at a step; unset, it costs nothing. */
export const faultHook: { reached: ((point: FaultPoint) => Promise<void> | void) | undefined } = { reached: undefined };
