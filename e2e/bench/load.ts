import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '../system.ts';
import { atEnd } from './processes.ts';
import type { Result } from './main.ts';
import { valueLine } from './report.ts';

const rows = 50_000;

/** A ledger of 50,000 rows from CSV to credit-scoring; both sides must agree to the cent. */
export async function loadBench(): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cashloop-load-'));
  const file = join(folder, 'ledger.csv');
  writeFileSync(file, ledger());
  const system = new System(19_280);
  atEnd(() => system.stop());
  try {
    await system.start('--no-sample', '--no-live');
    const start = performance.now();
    const load = system.run('tools/load/main.ts', file, '--company', 'Bench', '--currency', 'USD');
    const seconds = (performance.now() - start) / 1000;
    if (load.status !== 0) throw new Error(`the load failed:\n${load.output.slice(-2000)}`);
    const verify = system.run('tools/load/main.ts', '--verify', file, '--company', 'Bench', '--currency', 'USD');
    process.stdout.write(verify.output.replace(/^/gm, '  ').trimEnd() + '\n');
    const result = valueLine('load', rows / seconds, 'rows/s');
    return [{ ...result, holds: verify.status === 0 }];
  } finally {
    await system.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** 800 customers, every fourth invoice open, every tenth paid in part. */
function ledger(): string {
  const lines = ['invoice_number,customer_id,invoice_date,due_date,amount,paid_amount,paid_date'];
  for (let i = 0; i < rows; i += 1) {
    const cents = 1_000 + ((i * 7919) % 250_000);
    const paid = i % 4 === 0 ? 0 : i % 10 === 1 ? Math.floor(cents / 3) : cents;
    const day = String((i % 27) + 1).padStart(2, '0');
    const month = String((i % 12) + 1).padStart(2, '0');
    const paidOn = paid === 0 ? '' : `2026-${month}-28`;
    lines.push(`INV-${i},C${i % 800},2026-${month}-${day},2027-01-${day},${decimal(cents)},${decimal(paid)},${paidOn}`);
  }
  return lines.join('\n') + '\n';
}

const decimal = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
