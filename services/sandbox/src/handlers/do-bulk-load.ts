import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { BulkPlan, type NumberedRow } from '../domain/bulk-plan.ts';
import { type BulkError, BulkRowRefused, parseBulkLine } from '../domain/bulk-row.ts';
import { BulkStore } from '../stores/bulk.store.ts';
import { BulkView } from '../stores/bulk.view.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { SandboxClock } from '../stores/sandbox-clock.store.ts';

/** Most rows in one call. */
export const MOST_BULK_ROWS = 5000;

export interface BulkAnswer {
  created: number;
  skipped: number;
  errors: BulkError[];
}

/** Loads many rows at once, without throttling and without webhooks. Good rows are kept, bad ones reported. */
@Injectable()
export class DoBulkLoad {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
    private readonly known: BulkView,
    private readonly store: BulkStore,
    private readonly clock: SandboxClock,
  ) {}

  /** Undefined when there is no such company. */
  async loadText(realmId: string, text: string): Promise<BulkAnswer | undefined> {
    const { rows, errors } = readLines(text);
    const answer = await this.load(realmId, rows);
    return answer && { ...answer, errors: [...errors, ...answer.errors].sort((a, b) => a.line - b.line) };
  }

  async load(realmId: string, rows: readonly NumberedRow[]): Promise<BulkAnswer | undefined> {
    return this.runner.run([], async (tx) => {
      const company = await this.companies.lock(tx, realmId);
      if (company === undefined) return undefined;
      const known = await this.known.known(tx, realmId, rows);
      const fresh = rows.filter(
        ({ row }) => !(row.kind === 'customer' ? known.customersByKey : known.txnsByKey).has(row.key),
      );
      const first = await this.companies.reserve(tx, realmId, {
        names: fresh.filter(({ row }) => row.kind === 'customer').length,
        txns: fresh.filter(({ row }) => row.kind !== 'customer').length,
        docNumbers: fresh.filter(({ row }) => row.kind === 'invoice' || row.kind === 'credit_memo').length,
      });
      const now = this.clock.nowInSeconds();
      const plan = new BulkPlan({ company, now, ...first }, known);
      for (const row of rows) plan.add(row);
      await this.store.save(tx, realmId, plan, now);
      return { created: plan.created, skipped: plan.skipped, errors: plan.errors };
    });
  }
}

function readLines(text: string): { rows: NumberedRow[]; errors: BulkError[] } {
  const rows: NumberedRow[] = [];
  const errors: BulkError[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    try {
      rows.push({ line: index + 1, row: parseBulkLine(line) });
    } catch (error) {
      if (!(error instanceof BulkRowRefused)) throw error;
      errors.push({ line: index + 1, key: error.key, code: error.code, message: error.message });
    }
  }
  return { rows, errors };
}
