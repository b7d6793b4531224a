import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { SYSTEM } from '../domain/facts.ts';

export type ConnectionState = 'importing' | 'live' | 'needs_reconsent' | 'error';
/** reading: pages of the first import; releasing: its documents are told customer by customer; done: sweeps only. */
export type ImportPhase = 'reading' | 'releasing' | 'done';

/** One QuickBooks company connected to one org. */
export interface Connection {
  orgId: string;
  company: string;
  companyName: string;
  homeCurrency: string;
  state: ConnectionState;
  phase: ImportPhase;
  /** Counts full readings of the company; rows carry the last one that saw them. */
  importRun: string;
  /** When the running or last import began, on QuickBooks' clock. */
  importAsOf: Date;
  /** When the import had read its last page. */
  importReadAt: Date | null;
  lastReadingAt: Date | null;
  lastSweepAt: Date | null;
  sweepRequestedAt: Date | null;
  readingVersion: number;
  lastError: string | null;
}

const COLUMNS = `org_id as "orgId", company, company_name as "companyName", home_currency as "homeCurrency", state, phase,
  import_run as "importRun", import_as_of as "importAsOf", import_read_at as "importReadAt", last_reading_at as "lastReadingAt",
  last_sweep_at as "lastSweepAt", sweep_requested_at as "sweepRequestedAt", reading_version as "readingVersion",
  last_error as "lastError"`;

@Injectable()
export class ConnectionStore {
  /** The row every saving transaction of a company locks first: readings of one company are saved one by one. */
  async lock(tx: Tx, orgId: string, company: string): Promise<Connection | undefined> {
    const rows = await tx.prepared<Connection>(
      'connection_lock',
      `select ${COLUMNS} from connection where org_id = $1 and company = $2 for update`,
      [orgId, company],
    );
    return rows[0];
  }

  async get(tx: Tx, orgId: string, company: string): Promise<Connection | undefined> {
    const rows = await tx.prepared<Connection>(
      'connection_get',
      `select ${COLUMNS} from connection where org_id = $1 and company = $2`,
      [orgId, company],
    );
    return rows[0];
  }

  /** All connections of the transaction's orgs. */
  async all(tx: Tx): Promise<Connection[]> {
    return tx.prepared<Connection>('connection_all', `select ${COLUMNS} from connection order by org_id, company`);
  }

  /** The org a company belongs to; undefined for companies nobody connected. */
  async orgOf(tx: Tx, company: string): Promise<string | undefined> {
    const rows = await tx.prepared<{ org_id: string }>(
      'company_route_get',
      'select org_id from company_route where system = $1 and company = $2',
      [SYSTEM, company],
    );
    return rows[0]?.org_id;
  }

  /** @returns false when the company is connected to another org */
  async claimRoute(tx: Tx, orgId: string, company: string): Promise<boolean> {
    await tx.query('insert into company_route (system, company, org_id) values ($1, $2, $3) on conflict do nothing', [
      SYSTEM,
      company,
      orgId,
    ]);
    return (await this.orgOf(tx, company)) === orgId;
  }

  /** A new company begins its first import. */
  async create(
    tx: Tx,
    fields: { orgId: string; company: string; companyName: string; homeCurrency: string; asOf: Date; now: Date },
  ): Promise<void> {
    await tx.query(
      `insert into connection (org_id, company, company_name, home_currency, state, phase, connected_at, import_as_of)
       values ($1, $2, $3, $4, 'importing', 'reading', $5, $6)`,
      [fields.orgId, fields.company, fields.companyName, fields.homeCurrency, fields.now, fields.asOf],
    );
  }

  /** A company consented again: readings go on where they stopped. */
  async resume(tx: Tx, orgId: string, company: string, companyName: string): Promise<void> {
    await tx.query(
      `update connection set company_name = $3, last_error = null, sweep_requested_at = clock_timestamp(),
         state = case when phase = 'done' then 'live' else 'importing' end
       where org_id = $1 and company = $2`,
      [orgId, company, companyName],
    );
  }

  /**
   * Everything is read again, as after a pause longer than the change feed looks back.
   * @param asOf on QuickBooks' clock: the feed goes on from there
   */
  async startFullReading(tx: Tx, orgId: string, company: string, asOf: Date): Promise<void> {
    await tx.query(
      `update connection set state = 'importing', phase = 'reading', import_run = import_run + 1, import_as_of = $3,
         import_read_at = null where org_id = $1 and company = $2`,
      [orgId, company, asOf],
    );
  }

  async importRead(tx: Tx, orgId: string, company: string, now: Date): Promise<void> {
    await tx.query(
      `update connection set phase = 'releasing', import_read_at = $3, last_sweep_at = null, last_error = null where org_id = $1 and company = $2`,
      [orgId, company, now],
    );
  }

  /** Counts a complete reading; the first one ends the import. A lost grant stays lost until a person consents. @returns the version of its event */
  async readingCompleted(tx: Tx, orgId: string, company: string, asOf: Date): Promise<number> {
    const rows = await tx.query<{ reading_version: number }>(
      `update connection set phase = 'done',
         state = case when state = 'needs_reconsent' then state else 'live' end,
         last_error = case when state = 'needs_reconsent' then last_error end,
         last_reading_at = greatest(last_reading_at, $3), reading_version = reading_version + 1
       where org_id = $1 and company = $2 returning reading_version`,
      [orgId, company, asOf],
    );
    return rows[0]!.reading_version;
  }

  async requestSweep(tx: Tx, orgId: string, now: Date): Promise<string[]> {
    const rows = await tx.query<{ company: string }>(
      `update connection set sweep_requested_at = $2 where org_id = $1 and state in ('live', 'error', 'importing') returning company`,
      [orgId, now],
    );
    return rows.map((row) => row.company);
  }

  /** @param began the request that came while the sweep ran stays */
  async swept(tx: Tx, orgId: string, company: string, began: Date): Promise<void> {
    await tx.query(
      `update connection set last_sweep_at = $3,
         sweep_requested_at = case when sweep_requested_at > $3 then sweep_requested_at end
       where org_id = $1 and company = $2`,
      [orgId, company, began],
    );
  }

  async failed(
    tx: Tx,
    orgId: string,
    company: string,
    state: 'needs_reconsent' | 'error' | null,
    error: string,
  ): Promise<void> {
    await tx.query(
      `update connection set last_error = $4, state = coalesce($3, state) where org_id = $1 and company = $2`,
      [orgId, company, state, error.slice(0, 500)],
    );
  }
}
