/** The slice starts above the stored offset: what lies between would be lost. Seek back to `next`. */
export class SliceAboveOffset extends Error {
  override readonly name = 'SliceAboveOffset';
  readonly next: bigint;

  constructor(next: bigint) {
    super(`the stored offset is ${next}`);
    this.next = next;
  }
}

/** The partition must stand still until an operator acts. */
export class StopPartition extends Error {
  override readonly name = 'StopPartition';
}
