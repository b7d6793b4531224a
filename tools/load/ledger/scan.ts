import type { Mapping } from '../columns/mapping.ts';
import type { Source } from '../input/source.ts';
import type { Format } from '../input/format.ts';
import { readRecords } from '../input/records.ts';
import type { Settings } from '../settings.ts';
import { hasFloatNoise, readIdentifier } from '../values/identifier.ts';
import { plusDays } from '../values/days.ts';
import { plain } from '../values/text.ts';
import { isEmpty } from '../values/empty.ts';
import type { CurrencySource } from './currencies.ts';
import { DigestTable, digestOf } from './digest-table.ts';
import { Evidence } from './evidence.ts';
import { fates, RowSorter, type Fate } from './fate.ts';
import { FateList } from './fate-list.ts';
import { idCandidates, RepeatWatch, UniqueWatch, type Identity } from './identity.ts';
import { LineWatch } from './line-watch.ts';
import type { SeenCustomer } from './zeros.ts';

/** What the first reading of a file found. */
export interface Scan {
  readonly evidence: Evidence;
  readonly identity: Identity;
  /** Ids that several documents of the file have, when the column that names them was known before. */
  readonly repeatedIds: ReadonlySet<string>;
  readonly customers: ReadonlyMap<string, SeenCustomer>;
  /** Columns whose identifiers went through numbers: "1930438491.0". */
  readonly floatNoise: ReadonlySet<number>;
  readonly fates: FateList;
  /** Record -> group, for records that differ from others in their payment only. */
  readonly paymentGroups: ReadonlyMap<number, number>;
  readonly groupSizes: readonly number[];
  readonly rows: number;
  /** Lines left out, by reason: how many, and the first few. */
  readonly leftOut: ReadonlyMap<Fate, { count: number; lines: number[] }>;
}

const paymentColumn =
  /\b(pay|paid|payment|payments|receipt|remittance|zahlung|bezahlt|paiement|reglement|pago|pagamento|betaling|clearing|cleared|check no|cheque|settled|settlement)\b/;
const shownLines = 10;
const namesKept = 4;

/** Reads the file once: how it is written, what identifies its documents, who its customers are, which rows are none. */
export async function scanLedger(
  input: {
    source: Source;
    format: Format;
    mapping: Mapping;
    settings: Settings;
    currency: CurrencySource;
    today: string;
    /** Known before the file was read. */
    identity?: Identity;
  },
  onBytes?: (bytes: number) => void,
): Promise<Scan> {
  const { source, format, mapping, settings } = input;
  const scanner = new Scanner(mapping, settings, input.currency, plusDays(input.today, 730), input.identity);
  await readRecords(source, format, (cells, line) => scanner.add(cells, line), onBytes);
  return scanner.result();
}

class Scanner {
  readonly #mapping: Mapping;
  readonly #sorter: RowSorter;
  readonly #evidence: Evidence;
  readonly #currency: CurrencySource;
  readonly #unknownCustomer: string;
  readonly #whole = new DigestTable();
  readonly #lines: LineWatch;
  readonly #identity: Identity | undefined;
  readonly #unique: UniqueWatch;
  readonly #repeats: RepeatWatch | undefined;
  readonly #bases = new DigestTable();
  readonly #paymentColumns: ReadonlySet<number>;
  readonly #groups = new Map<number, number>();
  readonly #groupSizes: number[] = [];
  readonly #customers = new Map<string, SeenCustomer>();
  readonly #noise = new Map<number, boolean>();
  readonly #fates = new FateList();
  readonly #leftOut = new Map<Fate, { count: number; lines: number[] }>();
  #rows = 0;

  constructor(mapping: Mapping, settings: Settings, currency: CurrencySource, notAfter: string, identity?: Identity) {
    this.#mapping = mapping;
    this.#sorter = new RowSorter(mapping.headers, mapping.columns, mapping.grouped);
    this.#evidence = new Evidence(mapping, settings, notAfter);
    this.#currency = currency;
    this.#unknownCustomer = settings.unknown_customer ?? '';
    this.#identity = identity;
    const candidates = identity === undefined ? idCandidates(mapping) : [];
    this.#unique = new UniqueWatch(candidates);
    this.#repeats = identity?.kind === 'column' ? new RepeatWatch(identity.column) : undefined;
    this.#lines = new LineWatch(mapping);
    this.#paymentColumns = paymentColumns(mapping);
    const { customer, number, reference } = mapping.columns;
    for (const column of new Set([customer, number, reference, this.#repeats?.column, ...candidates]))
      if (column !== undefined) this.#noise.set(column, false);
  }

  add(cells: string[], line: number): void {
    const record = this.#rows++;
    const fate = this.#fateOf(cells);
    this.#fates.push(fates.indexOf(fate));
    if (fate !== 'take') return this.#leave(fate, line);
    this.#evidence.add(cells, line);
    this.#unique.add(cells);
    this.#watchNoise(cells);
    if (!this.#isFurtherPayment(cells, record)) this.#repeats?.add(cells);
    this.#see(cells);
  }

  #fateOf(cells: string[]): Fate {
    const alone = this.#sorter.sort(cells);
    if (alone !== 'take') return alone;
    if (this.#lines.isFurtherLine(cells)) return 'line';
    return this.#whole.put(digestOf(cells), 1) === 0 ? 'take' : 'repeat';
  }

  #leave(fate: Fate, line: number): void {
    const left = this.#leftOut.get(fate) ?? { count: 0, lines: [] };
    left.count++;
    if (left.lines.length < shownLines) left.lines.push(line);
    this.#leftOut.set(fate, left);
  }

  /** A column loses the right to have its ".0" cut when a cell holds any other point. */
  #watchNoise(cells: readonly string[]): void {
    for (const [column, seen] of this.#noise) {
      const cell = cells[column];
      if (isEmpty(cell)) continue;
      if (hasFloatNoise(cell!)) this.#noise.set(column, true);
      else if (/^\d+\.\d+$/.test(cell!.trim())) this.#noise.delete(column);
      else if (seen) continue;
    }
  }

  /** Rows equal in all but their payment may be payments of one invoice; whether they are, their amounts tell later. */
  #isFurtherPayment(cells: readonly string[], record: number): boolean {
    if (this.#mapping.columns.paid === undefined) return false;
    const base = digestOf(cells.filter((_, at) => !this.#paymentColumns.has(at)));
    const first = this.#bases.put(base, record + 1);
    if (first === 0) return false;
    let group = this.#groups.get(first - 1);
    if (group === undefined) {
      group = this.#groupSizes.push(1) - 1;
      this.#groups.set(first - 1, group);
    }
    this.#groups.set(record, group);
    this.#groupSizes[group]!++;
    return true;
  }

  #see(cells: readonly string[]): void {
    const { customer: at, customer_name: nameAt } = this.#mapping.columns;
    const id = readIdentifier(cells[at!]) || this.#unknownCustomer;
    if (id === '') return;
    let customer = this.#customers.get(id);
    if (customer === undefined) this.#customers.set(id, (customer = { id, names: [], currencies: [], rows: 0 }));
    customer.rows++;
    const name = nameAt === undefined ? '' : readIdentifier(cells[nameAt]);
    // The row of a name with a NUL is refused; the customer's other rows are not.
    const isName = name !== '' && !name.includes('\0');
    if (isName && customer.names.length < namesKept && !customer.names.includes(name)) customer.names.push(name);
    const found = this.#currency.of(cells);
    if ('currency' in found && !customer.currencies.includes(found.currency)) customer.currencies.push(found.currency);
  }

  /** Whether ".0" is noise is known at the end only. */
  #customersByCutId(): Map<string, SeenCustomer> {
    if (this.#noise.get(this.#mapping.columns.customer!) !== true) return this.#customers;
    const cut = new Map<string, SeenCustomer>();
    for (const customer of this.#customers.values()) {
      const id = readIdentifier(customer.id, true);
      const same = cut.get(id);
      if (same === undefined) cut.set(id, { ...customer, id });
      else {
        same.rows += customer.rows;
        same.names.push(...customer.names.filter((name) => !same.names.includes(name)));
        same.currencies.push(...customer.currencies.filter((code) => !same.currencies.includes(code)));
      }
    }
    return cut;
  }

  result(): Scan {
    return {
      evidence: this.#evidence,
      identity: this.#identity ?? this.#unique.verdict(),
      repeatedIds: this.#repeats?.repeated() ?? new Set(),
      customers: this.#customersByCutId(),
      floatNoise: new Set([...this.#noise].filter(([, seen]) => seen).map(([column]) => column)),
      fates: this.#fates,
      paymentGroups: this.#groups,
      groupSizes: this.#groupSizes,
      rows: this.#rows,
      leftOut: this.#leftOut,
    };
  }
}

function paymentColumns({ columns, headers, payments }: Mapping): Set<number> {
  const own = [columns.paid, columns.paid_date, columns.open, columns.status].filter((at) => at !== undefined);
  const named = headers.flatMap((header, at) => (paymentColumn.test(plain(header)) ? [at] : []));
  const kept = new Set([
    columns.customer,
    columns.number,
    columns.date,
    columns.due_date,
    columns.amount,
    columns.terms,
  ]);
  return new Set(
    [...own, ...named, ...payments.flatMap((pair) => [pair.amount, pair.date ?? pair.amount])].filter(
      (at) => !kept.has(at),
    ),
  );
}
