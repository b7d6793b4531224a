import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';

const LIFETIME_MS = 10 * 60_000;

/**
 * States of OAuth walks under way: each is good once, for ten minutes, for the org that began it. The org stands in the
 * state itself, so that the public callback looks only among that org's rows; the random part proves it.
 */
@Injectable()
export class OAuthStateStore {
  async begin(tx: Tx, orgId: string, userId: string, now: Date): Promise<string> {
    await tx.query('delete from oauth_state where org_id = $1 and expires_at < $2', [orgId, now]);
    const state = `${orgId}.${randomBytes(24).toString('base64url')}`;
    await tx.query('insert into oauth_state (org_id, state_hash, user_id, expires_at) values ($1, $2, $3, $4)', [
      orgId,
      hashOf(state),
      userId,
      new Date(now.getTime() + LIFETIME_MS),
    ]);
    return state;
  }

  /** @returns true once per state */
  async use(tx: Tx, orgId: string, state: string, now: Date): Promise<boolean> {
    const rows = await tx.query(
      'delete from oauth_state where org_id = $1 and state_hash = $2 and expires_at > $3 returning 1',
      [orgId, hashOf(state), now],
    );
    return rows.length > 0;
  }
}

/** Null when it does not look like one of ours. */
export const orgOfState = (state: string): string | null => /^([1-9]\d{0,17})\.[\w-]{32}$/.exec(state)?.[1] ?? null;

const hashOf = (state: string): Buffer => createHash('sha256').update(state).digest();
