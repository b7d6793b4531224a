/** Longest wait for the rest of a change after its last applied event. */
export const CHANGE_PATIENCE_MS = 1000;

/** A change of which an account has seen a part. */
export interface OpenChange {
  readonly changeId: string;
  /** Members whose last event of the change has not come. */
  readonly waitingFor: readonly string[];
  /** When its last event was applied. */
  readonly touchedAt: Date;
}

/** The part of an event that says which change it belongs to. */
export interface ChangePart {
  readonly changeId?: string | undefined;
  readonly changeCustomers?: readonly string[] | undefined;
  readonly customerId: string;
  readonly last: boolean;
  /** False for an event that was older than what we hold: it can end a change, never open one. */
  readonly applied: boolean;
}

/** The changes open for an account after one more event. An event without a change id is complete in itself. */
export function followChange(
  open: readonly OpenChange[],
  part: ChangePart,
  memberIds: readonly string[],
  now: Date,
): readonly OpenChange[] {
  const { changeId } = part;
  if (changeId === undefined) return open;
  const known = open.find((change) => change.changeId === changeId);
  if (known === undefined && !part.applied) return open;
  const before =
    known?.waitingFor ?? memberIds.filter((id) => (part.changeCustomers ?? [part.customerId]).includes(id));
  const waitingFor = part.last ? before.filter((id) => id !== part.customerId) : before;
  const others = known === undefined ? open : open.filter((change) => change !== known);
  if (waitingFor.length === 0) return others;
  return [...others, { changeId, waitingFor, touchedAt: part.applied || known === undefined ? now : known.touchedAt }];
}

/** Without the changes that were silent for too long. */
export const patient = (open: readonly OpenChange[], now: Date): readonly OpenChange[] =>
  open.filter((change) => change.touchedAt.getTime() + CHANGE_PATIENCE_MS > now.getTime());

/** When patience with the first of them ends; null when none is open. */
export function patienceEnds(open: readonly OpenChange[]): Date | null {
  if (open.length === 0) return null;
  return new Date(Math.min(...open.map((change) => change.touchedAt.getTime())) + CHANGE_PATIENCE_MS);
}
