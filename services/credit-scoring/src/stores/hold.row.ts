import type { CauseKind, Hold, HoldCause, Release, Scope, Severity } from '../domain/hold.ts';
import type { Enforcement } from '../domain/settings.ts';
import { minorOf } from './account.row.ts';

export interface HoldRow {
  org_id: string;
  hold_id: string;
  account_id: string;
  version: number;
  state: 'held' | 'free';
  severity: Severity;
  scope: Scope;
  enforcement: Enforcement;
  member_ids: string[];
  causes: CauseRow[];
  currency: string;
  exposure_minor: string;
  limit_minor: string | null;
  causing_event_id: string;
  placed_at: Date;
  valid_from: Date;
  data_as_of: Date;
  released_because: Release | null;
  policy_version: number;
  account_version: string;
}

interface CauseRow {
  kind: CauseKind;
  amount_minor: string;
  threshold_minor: string | null;
  note: string;
  since: string;
}

export const holdOf = (row: HoldRow): Hold => ({
  holdId: row.hold_id,
  version: row.version,
  state: row.state,
  severity: row.severity,
  scope: row.scope,
  enforcement: row.enforcement,
  memberIds: row.member_ids,
  causes: row.causes.map(causeOf),
  currency: row.currency,
  exposureMinor: BigInt(row.exposure_minor),
  limitMinor: minorOf(row.limit_minor),
  causingEventId: row.causing_event_id,
  placedAt: row.placed_at,
  validFrom: row.valid_from,
  dataAsOf: row.data_as_of,
  releasedBecause: row.released_because,
  policyVersion: row.policy_version,
  accountVersion: BigInt(row.account_version),
});

const causeOf = (row: CauseRow): HoldCause => ({
  kind: row.kind,
  amountMinor: BigInt(row.amount_minor),
  thresholdMinor: minorOf(row.threshold_minor),
  note: row.note,
  since: new Date(row.since),
});
