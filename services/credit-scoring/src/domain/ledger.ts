import {
  timestampDate,
  type Event,
  type ImportState,
  type MessageOf,
  type TieOutState,
  type topicDefs,
} from '@cashloop/events';
import { accountKey, type Account } from './account.ts';
import { followChange, patienceEnds, patient, type OpenChange } from './change.ts';
import { memberOf, NOTHING_TOLD, type CompanyFacts, type MasterFacts } from './company-facts.ts';
import { Decisions } from './decisions.ts';
import { documentKey, documentOf, type Document, type DocumentFigures } from './document.ts';
import { contribution, type OpenAmount } from './exposure.ts';
import { groundsFor, policyOf, type Circumstances } from './grounds.ts';
import { isReady, type Member } from './readiness.ts';

export type ReceivableEvent = Event<MessageOf<(typeof topicDefs)['receivable']>>;

/** Rows of everything a batch touches, read under the accounts' locks. */
export interface Books {
  /** By `org:customer`; the accounts of all customers in the batch and the tops they belong to. */
  readonly accounts: Map<string, Account>;
  /** By documentKey. */
  readonly documents: Map<string, DocumentFigures>;
  /** By account key. */
  readonly changes: Map<string, readonly OpenChange[]>;
  /** By `org:customer`: needed for members of accounts whose readiness may change. */
  readonly members: ReadonlyMap<string, MasterFacts>;
  /** By `org:customer`, then by company. */
  readonly companyFacts: Map<string, Map<string, CompanyFacts>>;
}

/**
 * Applies receivable events to accounts, one by one in the order they came, and judges each account whenever no change
 * is open for it. The result does not depend on where batches begin and end.
 */
export class Ledger {
  readonly decisions = new Decisions();
  /** Newest state of each document that changed. */
  readonly changedDocuments = new Map<string, Document>();
  /** `org:customer` of changed facts about companies. */
  readonly changedFacts = new Set<string>();
  /** Keys of accounts whose open changes changed. */
  readonly changedChanges = new Set<string>();
  /** Documents that came twice with one version and two values: their owner has a defect. */
  readonly contradictions: string[] = [];
  readonly #books: Books;
  readonly #given: Circumstances;

  constructor(books: Books, given: Circumstances) {
    this.#books = books;
    this.#given = given;
  }

  /** By account key. */
  get changes(): ReadonlyMap<string, readonly OpenChange[]> {
    return this.#books.changes;
  }

  /** By `org:customer`, then by company. */
  get companyFacts(): ReadonlyMap<string, ReadonlyMap<string, CompanyFacts>> {
    return this.#books.companyFacts;
  }

  apply(event: ReceivableEvent): void {
    const { data } = event;
    const touched = new Set([this.#topKey(event.orgId, data.customerId)]);
    const applied = this.#applyData(event, touched);
    for (const key of touched) this.#follow(key, event, applied);
  }

  #applyData(event: ReceivableEvent, touched: Set<string>): boolean {
    const { data } = event;
    switch (data.$typeName) {
      case 'cashloop.receivable.v1.ImportState':
        return this.#applyImport(event, data);
      case 'cashloop.receivable.v1.TieOutState':
        return this.#applyTieOut(event, data);
      default:
        return this.#applyDocument(event, documentOf(event.orgId, data), touched);
    }
  }

  #applyDocument(event: ReceivableEvent, document: Document, touched: Set<string>): boolean {
    const key = documentKey(document);
    const before = this.#books.documents.get(key);
    if (before !== undefined && (before.final || before.version >= document.version)) {
      if (before.version === document.version && before.owedMinor !== document.owedMinor) this.contradictions.push(key);
      return false;
    }
    this.#books.documents.set(key, document);
    this.changedDocuments.set(key, document);
    const newTop = this.#topKey(event.orgId, document.customerId);
    const oldTop = before === undefined ? newTop : this.#topKey(event.orgId, before.customerId);
    if (oldTop === newTop) {
      this.#add(newTop, event, before, document);
    } else {
      touched.add(oldTop);
      this.#add(oldTop, event, before, undefined);
      this.#add(newTop, event, undefined, document);
    }
    return true;
  }

  /** Replaces one document's part of an account's exposure. */
  #add(key: string, event: ReceivableEvent, before: OpenAmount | undefined, after: OpenAmount | undefined): void {
    const account = this.#account(key);
    const terms = { currency: account.currency, homeCurrency: policyOf(this.#given, account.orgId).homeCurrency };
    const out = before === undefined ? undefined : contribution(before, terms);
    const into = after === undefined ? undefined : contribution(after, terms);
    const moved = (into?.minor ?? 0n) - (out?.minor ?? 0n);
    const cause = { eventId: event.id, at: event.time };
    this.#put(key, {
      ...account,
      version: account.version + 1n,
      exposureMinor: account.exposureMinor + moved,
      unconvertible: account.unconvertible + (into?.unconvertible ?? 0) - (out?.unconvertible ?? 0),
      cause: moved === 0n && account.cause !== null ? account.cause : cause,
      riseCause: moved > 0n ? cause : account.riseCause,
    });
  }

  #applyImport(event: ReceivableEvent, data: ImportState): boolean {
    const asOf = data.asOf === undefined ? event.time : timestampDate(data.asOf);
    const facts = this.#facts(event.orgId, data);
    if (facts.importVersion >= data.version) return false;
    this.#putFacts(event.orgId, data, { ...facts, importVersion: data.version, importAsOf: asOf });
    const key = this.#topKey(event.orgId, data.customerId);
    const account = this.#account(key);
    const orgKnown = policyOf(this.#given, account.orgId).homeCurrency !== null;
    const ready =
      account.currency !== null &&
      isReady(
        orgKnown,
        account.memberIds.map((id) => this.#member(account.orgId, id)),
      );
    const cause = account.cause ?? { eventId: event.id, at: event.time };
    this.#put(key, {
      ...account,
      version: account.version + 1n,
      ready,
      rebuildDue: account.rebuildDue || !orgKnown,
      cause,
    });
    return true;
  }

  #applyTieOut(event: ReceivableEvent, data: TieOutState): boolean {
    const facts = this.#facts(event.orgId, data);
    if (facts.tieOutVersion >= data.version) return false;
    this.#putFacts(event.orgId, data, { ...facts, tieOutVersion: data.version, agrees: data.agrees });
    const key = this.#topKey(event.orgId, data.customerId);
    const account = this.#account(key);
    const untied = account.untied + (data.agrees ? 0 : 1) - (facts.agrees ? 0 : 1);
    this.#put(key, { ...account, version: account.version + 1n, untied });
    return true;
  }

  /** Keeps track of the change an event belongs to; judges the account once nothing is open. */
  #follow(key: string, event: ReceivableEvent, applied: boolean): void {
    const account = this.#account(key);
    const before = this.#books.changes.get(key) ?? [];
    const part = { ...changePart(event), applied };
    const after = followChange(before, part, account.memberIds, this.#given.now);
    if (after !== before) this.#putChanges(key, after);
    if (!applied && after === before) return;
    const open = patient(after, this.#given.now);
    if (open.length !== after.length) this.#putChanges(key, open);
    if (open.length > 0) this.#put(key, { ...account, dueAt: account.ready ? patienceEnds(open) : null });
    else this.#judge(account, event);
  }

  #judge(account: Account, event: ReceivableEvent): void {
    if (!account.ready && account.manualHold === null && account.hold === null) return;
    const trigger = { eventId: event.id, at: event.time };
    const judged = this.decisions.judge(account, groundsFor(account, trigger, this.#given));
    this.#books.accounts.set(accountKey(judged.orgId, judged.accountId), judged);
  }

  #topKey(orgId: string, customerId: string): string {
    return accountKey(orgId, this.#account(accountKey(orgId, customerId)).rootId);
  }

  #account(key: string): Account {
    const account = this.#books.accounts.get(key);
    if (account === undefined) throw new Error(`account ${key} was not loaded with its batch`);
    return account;
  }

  #put(key: string, account: Account): void {
    this.#books.accounts.set(key, account);
    this.decisions.accounts.set(key, account);
  }

  #putChanges(key: string, open: readonly OpenChange[]): void {
    this.#books.changes.set(key, open);
    this.changedChanges.add(key);
  }

  #facts(orgId: string, data: ImportState | TieOutState): CompanyFacts {
    const company = `${data.system}:${data.company}`;
    return this.#books.companyFacts.get(accountKey(orgId, data.customerId))?.get(company) ?? NOTHING_TOLD;
  }

  #putFacts(orgId: string, data: ImportState | TieOutState, facts: CompanyFacts): void {
    const key = accountKey(orgId, data.customerId);
    const known = this.#books.companyFacts.get(key) ?? new Map<string, CompanyFacts>();
    known.set(`${data.system}:${data.company}`, facts);
    this.#books.companyFacts.set(key, known);
    this.changedFacts.add(key);
  }

  #member(orgId: string, customerId: string): Member {
    const key = accountKey(orgId, customerId);
    const known = this.#books.members.get(key);
    return memberOf(customerId, known, this.#books.companyFacts.get(key));
  }
}

const changePart = (event: ReceivableEvent) => ({
  changeId: event.changeId,
  changeCustomers: event.changeCustomers,
  customerId: event.data.customerId,
  last: event.last,
});
