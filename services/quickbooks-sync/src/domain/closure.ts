import { keyOf, type CustomerFacts, type DocumentFacts, type DocumentKey, type DocumentKind } from './facts.ts';

/** Ids to read, by kind. */
export interface Wanted {
  invoice: string[];
  credit_note: string[];
  payment: string[];
}

/** What one reading has brought so far. */
export interface Gathered {
  documents: Map<DocumentKey, DocumentFacts>;
  customers: Map<string, CustomerFacts>;
  /** Not there any more, and since when: ISO instant. */
  gone: Map<DocumentKey, string>;
  /** The documents the reading is about; the others were pulled in by links. */
  changed: Set<DocumentKey>;
}

/** Links as our books know them: current before the reading, former after it. */
export interface KnownLinks {
  /** By payment: what its lines settle. */
  targetsOf: ReadonlyMap<string, readonly DocumentKey[]>;
  /** By invoice or credit note: payments that settle or spend it. */
  paymentsOf: ReadonlyMap<DocumentKey, readonly string[]>;
}

export const nothingGathered = (): Gathered => ({
  documents: new Map(),
  customers: new Map(),
  gone: new Map(),
  changed: new Set(),
});

export const nothingWanted = (wanted: Wanted): boolean =>
  wanted.invoice.length + wanted.credit_note.length + wanted.payment.length === 0;

/** Payments and credit notes that the reading still lacks: they come before the invoices. */
export function creditsWanted(gathered: Gathered, known: KnownLinks): Wanted {
  const wanted = new Set<DocumentKey>();
  for (const key of gathered.changed) {
    if (key.startsWith('payment:')) continue;
    for (const id of known.paymentsOf.get(key) ?? []) wanted.add(`payment:${id}`);
    const facts = gathered.documents.get(key);
    if (facts?.kind === 'invoice') for (const id of facts.paymentIds) wanted.add(`payment:${id}`);
  }
  for (const target of targets(gathered, known)) if (target.startsWith('credit_note:')) wanted.add(target);
  return missing(gathered, wanted);
}

/**
 * Invoices that the reading still lacks, and those read before one of `fresh`: an invoice must be at least as new as the
 * payments that settle it.
 */
export function invoicesWanted(gathered: Gathered, known: KnownLinks, fresh: ReadonlySet<DocumentKey>): Wanted {
  const wanted = new Set<DocumentKey>();
  for (const target of targets(gathered, known)) if (target.startsWith('invoice:')) wanted.add(target);
  const lacking = missing(gathered, wanted);
  const stale = [...targets(gathered, known, fresh)].filter((key) => gathered.documents.get(key)?.kind === 'invoice');
  return { ...lacking, invoice: [...new Set([...lacking.invoice, ...stale.map(idOf)])] };
}

/** Customers that documents name and neither the reading nor our books know. */
export function customersWanted(gathered: Gathered, known: ReadonlySet<string>): string[] {
  const named = new Set([...gathered.documents.values()].map((facts) => facts.customerExternalId));
  return [...named].filter((id) => !known.has(id) && !gathered.customers.has(id));
}

/**
 * Adds an answer; what was asked for and did not come is gone.
 * @param misread came, but could not be understood
 */
export function gather(
  gathered: Gathered,
  asked: Wanted,
  answer: { documents: readonly DocumentFacts[]; misread: ReadonlySet<DocumentKey>; time: string },
): void {
  for (const facts of answer.documents) gathered.documents.set(keyOf(facts), facts);
  const came = new Set([...answer.documents.map(keyOf), ...answer.misread]);
  for (const kind of ['invoice', 'credit_note', 'payment'] as const) {
    for (const id of asked[kind]) {
      const key: DocumentKey = `${kind}:${id}`;
      if (came.has(key)) continue;
      gathered.gone.set(key, answer.time);
      gathered.documents.delete(key);
    }
  }
}

export const idOf = (key: DocumentKey): string => key.slice(key.indexOf(':') + 1);
export const kindOf = (key: DocumentKey): DocumentKind => key.slice(0, key.indexOf(':')) as DocumentKind;

function* targets(gathered: Gathered, known: KnownLinks, only?: ReadonlySet<DocumentKey>): Iterable<DocumentKey> {
  for (const key of [...gathered.documents.keys(), ...gathered.gone.keys()]) {
    if (!key.startsWith('payment:') || (only !== undefined && !only.has(key))) continue;
    yield* known.targetsOf.get(idOf(key)) ?? [];
    const facts = gathered.documents.get(key);
    if (facts?.kind !== 'payment') continue;
    for (const line of facts.lines) if (line.to !== 'other') yield `${line.to}:${line.externalId}`;
  }
}

function missing(gathered: Gathered, keys: Iterable<DocumentKey>): Wanted {
  const wanted: Wanted = { invoice: [], credit_note: [], payment: [] };
  for (const key of keys) {
    if (!gathered.documents.has(key) && !gathered.gone.has(key)) wanted[kindOf(key)].push(idOf(key));
  }
  return wanted;
}
