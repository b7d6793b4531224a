import { setTimeout as sleep } from 'node:timers/promises';
import type { TransactionRunner, Tx } from '@cashloop/persistence';
import { seal, unseal } from '../seal.ts';
import { NoToken, type TokenOwner, type TokenSet } from './token-set.ts';

/** Exchanges a refresh token for new tokens at the outside system. */
export type Refresh = (refreshToken: string) => Promise<TokenSet>;

interface TokenRow {
  access_token: string;
  refresh_token: string;
  access_expires_at: Date;
  generation: string;
  leased: boolean;
}

type Step =
  | { kind: 'use'; accessToken: string }
  | { kind: 'wait' }
  | { kind: 'refresh'; refreshToken: string; generation: string };

// A refresh shortly before the end, so that no call starts with a token that ends on its way.
const EARLY_MS = 60_000;
const WAIT_MS = 40;

/**
 * Keeps OAuth tokens encrypted, one row per company, and refreshes them one at a time.
 *
 * Many servers end the old refresh token when they hand out a new one, so two refreshes at once can lock us out. The
 * right to refresh is a lease taken under the row's lock; the call to the server happens outside of any transaction;
 * both new tokens are stored in one statement. A process that dies in between loses its lease after 20 seconds.
 */
export class TokenStore {
  readonly #runner: TransactionRunner;
  readonly #key: Buffer;
  readonly #inProcess = new Map<string, Promise<string>>();

  constructor(runner: TransactionRunner, key: Buffer) {
    this.#runner = runner;
    this.#key = key;
  }

  /** Stores the tokens of a new grant; an exchange still under way for an older grant can no longer overwrite them. */
  async save(tx: Tx, owner: TokenOwner, tokens: TokenSet): Promise<void> {
    await tx.query(
      `insert into connector_token (org_id, system, company, access_token, refresh_token, access_expires_at, refresh_expires_at, hard_expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (org_id, system, company) do update set access_token = excluded.access_token,
         refresh_token = excluded.refresh_token, access_expires_at = excluded.access_expires_at,
         refresh_expires_at = excluded.refresh_expires_at, hard_expires_at = excluded.hard_expires_at,
         generation = connector_token.generation + 1, leased_until = null`,
      [owner.orgId, owner.system, owner.company, ...this.#sealed(owner, tokens)],
    );
  }

  /** Forgets the tokens: the grant ended. */
  async drop(tx: Tx, owner: TokenOwner): Promise<void> {
    await tx.query('delete from connector_token where org_id = $1 and system = $2 and company = $3', keyOf(owner));
  }

  /**
   * A token that is good for at least another minute.
   * @param rejected a token the outside system has just refused: it is refreshed unless somebody did already
   * @throws NoToken; and whatever `refresh` throws
   */
  async accessToken(owner: TokenOwner, refresh: Refresh, rejected?: string): Promise<string> {
    const key = keyOf(owner).join('|');
    const running = this.#inProcess.get(key);
    // A token that is on its way may be the very one that was refused.
    if (running !== undefined && (await running) !== rejected) return running;
    const work = this.#obtain(owner, refresh, rejected).finally(() => this.#inProcess.delete(key));
    this.#inProcess.set(key, work);
    return work;
  }

  async #obtain(owner: TokenOwner, refresh: Refresh, rejected: string | undefined): Promise<string> {
    for (;;) {
      const step = await this.#runner.run([owner.orgId], (tx) => this.#next(tx, owner, rejected));
      if (step.kind === 'use') return step.accessToken;
      if (step.kind === 'refresh') return this.#refresh(owner, step, refresh);
      await sleep(WAIT_MS);
    }
  }

  async #next(tx: Tx, owner: TokenOwner, rejected: string | undefined): Promise<Step> {
    const rows = await tx.query<TokenRow>(
      `select access_token, refresh_token, access_expires_at, generation, coalesce(leased_until > clock_timestamp(), false) as leased
       from connector_token where org_id = $1 and system = $2 and company = $3 for update`,
      keyOf(owner),
    );
    const row = rows[0];
    if (row === undefined) throw new NoToken(owner);
    const accessToken = unseal(row.access_token, this.#key, placeOf(owner));
    const fresh = row.access_expires_at.getTime() - Date.now() > EARLY_MS;
    if (fresh && accessToken !== rejected) return { kind: 'use', accessToken };
    if (row.leased) return { kind: 'wait' };
    await tx.query(
      `update connector_token set leased_until = clock_timestamp() + interval '20 seconds'
       where org_id = $1 and system = $2 and company = $3`,
      keyOf(owner),
    );
    return {
      kind: 'refresh',
      refreshToken: unseal(row.refresh_token, this.#key, placeOf(owner)),
      generation: row.generation,
    };
  }

  async #refresh(owner: TokenOwner, step: Step & { kind: 'refresh' }, refresh: Refresh): Promise<string> {
    try {
      const tokens = await refresh(step.refreshToken);
      await this.#runner.run([owner.orgId], (tx) =>
        tx.query(
          `update connector_token set access_token = $5, refresh_token = $6, access_expires_at = $7,
             refresh_expires_at = $8, hard_expires_at = coalesce($9, hard_expires_at), leased_until = null
           where org_id = $1 and system = $2 and company = $3 and generation = $4`,
          [...keyOf(owner), step.generation, ...this.#sealed(owner, tokens)],
        ),
      );
      return tokens.accessToken;
    } catch (error) {
      await this.#endLease(owner, step.generation);
      throw error;
    }
  }

  async #endLease(owner: TokenOwner, generation: string): Promise<void> {
    await this.#runner.run([owner.orgId], (tx) =>
      tx.query(
        `update connector_token set leased_until = null
         where org_id = $1 and system = $2 and company = $3 and generation = $4`,
        [...keyOf(owner), generation],
      ),
    );
  }

  #sealed(owner: TokenOwner, tokens: TokenSet): unknown[] {
    return [
      seal(tokens.accessToken, this.#key, placeOf(owner)),
      seal(tokens.refreshToken, this.#key, placeOf(owner)),
      tokens.accessExpiresAt,
      tokens.refreshExpiresAt,
      tokens.hardExpiresAt,
    ];
  }
}

const keyOf = (owner: TokenOwner): string[] => [owner.orgId, owner.system, owner.company];
const placeOf = (owner: TokenOwner): string => `${owner.orgId}/${owner.system}/${owner.company}`;
