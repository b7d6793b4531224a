import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

export type LoginKind = 'user' | 'client';

/** What is needed to sign someone in. */
export interface Login {
  kind: LoginKind;
  subjectId: string;
  orgId: string;
  secretHash: string;
  roles: string[];
  active: boolean;
}

export const userHandle = (email: string): string => `user:${email.trim().toLowerCase()}`;
export const clientHandle = (clientId: string): string => `client:${clientId}`;

@Injectable()
export class LoginStore {
  async find(tx: Tx, handle: string): Promise<Login | undefined> {
    const [row] = await tx.query<LoginRow>(
      'select kind, subject_id, org_id, secret_hash, roles, active from login where handle = $1',
      [handle],
    );
    return (
      row && {
        kind: row.kind,
        subjectId: row.subject_id,
        orgId: row.org_id,
        secretHash: row.secret_hash,
        roles: row.roles,
        active: row.active,
      }
    );
  }

  /** False when somebody has this handle already. */
  async create(tx: Tx, handle: string, login: Login, now: Date): Promise<boolean> {
    const rows = await tx.query(
      `insert into login (handle, kind, subject_id, org_id, secret_hash, roles, active, tokens_from)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning 1`,
      [handle, login.kind, login.subjectId, login.orgId, login.secretHash, login.roles, login.active, now],
    );
    return rows.length > 0;
  }

  /** Tokens issued until now end: they carry the old roles. */
  async change(
    tx: Tx,
    kind: LoginKind,
    subjectId: string,
    change: { roles: string[]; active: boolean; secretHash?: string },
    now: Date,
  ): Promise<void> {
    await tx.query(
      `update login set roles = $3, active = $4, secret_hash = coalesce($5, secret_hash), tokens_from = $6
       where kind = $1 and subject_id = $2`,
      [kind, subjectId, change.roles, change.active, change.secretHash ?? null, now],
    );
  }

  /** From when on tokens of a subject count; undefined when it may not call at all. */
  async tokensFrom(tx: Tx, kind: string, subjectId: string): Promise<Date | undefined> {
    const [row] = await tx.prepared<{ tokens_from: Date }>(
      'login_tokens_from',
      'select tokens_from from login where kind = $1 and subject_id = $2 and active',
      [kind, subjectId],
    );
    return row?.tokens_from;
  }
}

interface LoginRow {
  kind: LoginKind;
  subject_id: string;
  org_id: string;
  secret_hash: string;
  roles: string[];
  active: boolean;
}
