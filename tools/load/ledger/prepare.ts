import { join } from 'node:path';
import type { Mapping } from '../columns/mapping.ts';
import { mapColumns } from '../columns/mapping.ts';
import { sniffFormat, type Format } from '../input/format.ts';
import { readEncoding, textOf } from '../input/encoding.ts';
import { readRecords } from '../input/records.ts';
import type { Source } from '../input/source.ts';
import { UserFault } from '../../local/faults.ts';
import type { Settings } from '../settings.ts';
import { currencySource } from './currencies.ts';
import type { LedgerCustomer } from './customer-book.ts';
import type { BulkCustomer, BulkPayment } from './documents.ts';
import { RowSorter } from './fate.ts';
import { keptIdentity, type KeptIdentities } from './identity.ts';
import type { KnownDocuments } from './known-documents.ts';
import { joinPayments, type NumberedRow } from './payment-groups.ts';
import { planOf, type Plan } from './plan.ts';
import { RowReader } from './reading.ts';
import { Rejects } from './rejects.ts';
import { scanLedger, type Scan } from './scan.ts';
import { batches, SpoolWriter } from './spool.ts';
import { DocumentWriter, type DocumentSink } from './writer.ts';

/** A file whose format and columns are known. */
export interface Opened {
  source: Source;
  format: Format;
  mapping: Mapping;
  sample: string[][];
}

/** A file that has been read twice and is ready to be sent. */
export interface Prepared extends Opened {
  plan: Plan;
  scan: Scan;
  writer: DocumentWriter;
  rejects: Rejects;
  customers: LedgerCustomer[];
  /** Rows not loaded for what they are: void, draft, payable, closed. */
  skipped: ReadonlyMap<string, number>;
  /** Files of rows in the order to send them; empty without a folder. */
  spools: { path: string; rows: number }[];
}

/** Says how far a reading is: pass 1 or 2, and bytes done. */
export type OnPass = (pass: 1 | 2, bytes: number) => void;

export interface PrepareOptions {
  today: string;
  /** Days by which an earlier load of this file moved its dates. */
  shifted?: number;
  /** Where to write the rows; without one they are only counted. */
  folder?: string;
  rejectsPath?: string;
  /** How the company's documents are named so far, and which they are. */
  identities?: KeptIdentities;
  known?: KnownDocuments;
  onPass?: OnPass;
}

/** @throws UserFault when the file has no header, or its columns no meaning */
export function understand(source: Source, settings: Settings): Opened {
  const encoding = settings.encoding === undefined ? source.encoding : readEncoding(settings.encoding);
  if (encoding === undefined)
    throw new UserFault(`--encoding ${settings.encoding} is not known.`, 'use utf-8, latin1 or utf-16');
  const text = textOf(source.head, encoding);
  // Of a longer file, the last line of the first part is cut.
  const whole = source.bytes > source.head.length ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  const quote = settings.quote === 'none' ? null : undefined;
  const verdict = sniffFormat(whole, { delimiter: settings.delimiter, quote, header: settings.header });
  if (verdict.kind === 'no_header') {
    const row = verdict.firstRow.slice(0, 6).join(' | ');
    throw new UserFault(
      `${source.name} has no header line; it begins with: ${row}.`,
      `name its columns by place: npm run load -- ${source.name} --no-header --map customer=#1 --map number=#2 --map date=#3 --map amount=#4`,
    );
  }
  const { format } = verdict;
  const sample = verdict.sample.filter(
    (row) => !format.headers.every((header, at) => (row[at] ?? '').trim() === header),
  );
  if (sample.length === 0)
    throw new UserFault(
      `${source.name} has a header and no rows: ${format.headers.join(', ')}.`,
      'npm run load -- PATH.csv with a file that has rows',
    );
  return {
    source: { ...source, encoding },
    format,
    sample,
    mapping: mapColumns(source.name, format.headers, sample, settings),
  };
}

/** Reads the file twice: first for how it is written and what identifies its rows, then into documents. */
export async function prepare(opened: Opened, settings: Settings, options: PrepareOptions): Promise<Prepared> {
  const { source, format, mapping, sample } = opened;
  const currency = currencySource(mapping, settings, sample, source.name);
  const identity = keptIdentity(mapping, options.identities ?? []);
  const scan = await scanLedger(
    { source, format, mapping, settings, currency, today: options.today, identity },
    (bytes) => options.onPass?.(1, bytes),
  );
  const plan = planOf(scan, mapping, settings, currency, source.name, options);
  const rejects = new Rejects(options.rejectsPath, format.headers);
  const spools = options.folder === undefined ? undefined : new Spools(options.folder);
  const writer = new DocumentWriter(plan, spools ?? nowhere, options.known);
  const skipped = await writeDocuments(opened, scan, plan, writer, rejects, (bytes) => options.onPass?.(2, bytes));
  rejects.close();
  const customers = writer.customers.rows();
  const files = (await spools?.finish(writer, customers)) ?? drained(writer);
  return { ...opened, plan, scan, writer, rejects, customers, skipped, spools: files };
}

async function writeDocuments(
  opened: Opened,
  scan: Scan,
  plan: Plan,
  writer: DocumentWriter,
  rejects: Rejects,
  onBytes: (bytes: number) => void,
): Promise<Map<string, number>> {
  const { source, format, mapping } = opened;
  const reader = new RowReader(plan);
  const sorter = new RowSorter(mapping.headers, mapping.columns, mapping.grouped);
  const groups = new Map<number, NumberedRow[]>();
  const waiting = [...scan.groupSizes];
  const skipped = new Map<string, number>();
  let record = 0;
  const settleGroup = (group: number): void => {
    if (--waiting[group]! > 0) return;
    for (const { row } of joinPayments(groups.get(group) ?? [])) writer.add(row);
    groups.delete(group);
  };
  await readRecords(
    source,
    format,
    (cells, line) => {
      const at = record++;
      if (mapping.grouped) sorter.sort(cells);
      if (scan.fates.at(at) !== 0) return;
      const group = scan.paymentGroups.get(at);
      const reading = reader.read(cells);
      if (reading.kind === 'reject') rejects.add(line, reading.why, cells);
      else if (reading.kind === 'skip') skipped.set(reading.why, (skipped.get(reading.why) ?? 0) + 1);
      else if (group === undefined) writer.add(reading.row);
      else groups.set(group, [...(groups.get(group) ?? []), { line, row: reading.row }]);
      if (group !== undefined) settleGroup(group);
    },
    onBytes,
  );
  writer.finish();
  return skipped;
}

const nowhere: DocumentSink = { document: () => undefined, payment: () => undefined };

/** Counts what would be written at the end. */
function drained(writer: DocumentWriter): [] {
  Array.from(writer.looseCredits());
  return [];
}

/** Customers, then documents, then credit memos in use, then payments: whatever is named is there already. */
class Spools implements DocumentSink {
  readonly #folder: string;
  readonly #documents: SpoolWriter;
  readonly #payments: SpoolWriter;

  constructor(folder: string) {
    this.#folder = folder;
    this.#documents = new SpoolWriter(join(folder, 'documents.ndjson'));
    this.#payments = new SpoolWriter(join(folder, 'payments.ndjson'));
  }

  document(row: Parameters<DocumentSink['document']>[0]): void {
    this.#documents.write(row);
  }

  payment(row: BulkPayment): void {
    this.#payments.write(row);
  }

  async finish(
    writer: DocumentWriter,
    customers: readonly LedgerCustomer[],
  ): Promise<{ path: string; rows: number }[]> {
    const named = new SpoolWriter(join(this.#folder, 'customers.ndjson'));
    for (const row of customers) named.write({ ...row, limit: undefined, ledgerId: undefined } as BulkCustomer);
    named.close();
    this.#payments.close();
    const payments = writer.usedCredits.all.length === 0 ? this.#payments : await this.#withCredits(writer);
    for (const credit of writer.looseCredits()) this.#documents.write(credit);
    this.#documents.close();
    return [named, this.#documents, payments].map(({ path, rows }) => ({ path, rows }));
  }

  async #withCredits(writer: DocumentWriter): Promise<SpoolWriter> {
    const settled = new SpoolWriter(join(this.#folder, 'settled-payments.ndjson'));
    for await (const batch of batches(this.#payments.path, 5000)) {
      for (const line of batch) settled.write(writer.usedCredits.apply(JSON.parse(line) as BulkPayment));
    }
    settled.close();
    return settled;
  }
}
