import { nothingGathered, type Gathered } from '../../domain/closure.ts';
import { keyOf, type DocumentKey, type DocumentKind } from '../../domain/facts.ts';
import { FEED_MAX } from '../../domain/feed.ts';
import { FIRST_PAGE, judgePage, type PagePosition } from '../../domain/paging.ts';
import { child, instant, Misread, text } from './quickbooks.json.ts';
import type { QboChanges, QuickBooksClient } from './quickbooks.client.ts';
import type { QboEntity } from './quickbooks.mapping.ts';
import type { ReadCompany } from './quickbooks.reader.ts';
import { ENTITY_OF, KIND_OF, mapRows, noRows, type MappedRows, type MisreadRow } from './quickbooks.rows.ts';

const ENTITIES: QboEntity[] = ['Customer', 'CreditMemo', 'Payment', 'Invoice'];
const PAGE = 1_000;
const ROUNDS_MAX = 3;

/** What the feed answered, mapped, not yet closed over links. */
export interface FeedAnswer {
  gathered: Gathered;
  misread: MisreadRow[];
  /** QuickBooks' time of the first call: changes after it may be missing. */
  time: string;
  /** The feed was full, so pages were read: ask again from `time`. */
  wasFull: boolean;
}

/** Reads the change feed; when it is full, entity by entity; when one entity is, by Id pages. */
export class FullFeedReader {
  readonly #client: QuickBooksClient;

  constructor(client: QuickBooksClient) {
    this.#client = client;
  }

  /** @param open our open documents: asked only when deletions may have been cut off */
  async read(
    company: ReadCompany,
    since: string,
    open: () => Promise<{ kind: DocumentKind; externalId: string }[]>,
  ): Promise<FeedAnswer> {
    const all = await this.#client.changes(company, ENTITIES, since);
    const answer: FeedAnswer = {
      gathered: nothingGathered(),
      misread: [],
      time: all.time,
      wasFull: all.rows.length >= FEED_MAX,
    };
    if (!answer.wasFull) {
      this.#take(answer, all, company.homeCurrency);
      return answer;
    }
    const cut = new Set<DocumentKind>();
    for (const entity of ENTITIES) await this.#entity(answer, company, entity, since, cut);
    if (cut.size > 0)
      await this.#findDeleted(
        answer,
        company,
        (await open()).filter(({ kind }) => cut.has(kind)),
      );
    return answer;
  }

  async #entity(
    answer: FeedAnswer,
    company: ReadCompany,
    entity: QboEntity,
    since: string,
    cut: Set<DocumentKind>,
  ): Promise<void> {
    const changes = await this.#client.changes(company, [entity], since);
    this.#take(answer, changes, company.homeCurrency);
    if (changes.rows.length < FEED_MAX) return;
    if (entity !== 'Customer') cut.add(KIND_OF[entity]);
    await this.#pages(answer, company, entity, since);
  }

  /** By Id pages that overlap; a count that does not fit makes it read once more. */
  async #pages(answer: FeedAnswer, company: ReadCompany, entity: QboEntity, since: string): Promise<void> {
    for (let round = 1; round <= ROUNDS_MAX; round++) {
      const seen = new Set<string>();
      for (let position: PagePosition | null = FIRST_PAGE; position !== null;) {
        const { rows } = await this.#client.page(company, entity, { start: position.start, size: PAGE, since });
        const ids = rows.map((row) => text(row, 'Id'));
        ids.forEach((id) => seen.add(id));
        this.#keep(answer, mapRows(entity, rows, company.homeCurrency));
        const verdict = judgePage(position, ids, PAGE);
        position = verdict.kind === 'end' ? null : verdict.next;
      }
      if (seen.size >= (await this.#client.count(company, entity, since))) return;
    }
  }

  /** Every open document that reading by Id no longer returns is a deletion. */
  async #findDeleted(
    answer: FeedAnswer,
    company: ReadCompany,
    open: { kind: DocumentKind; externalId: string }[],
  ): Promise<void> {
    const unseen = open.filter((one) => !answer.gathered.documents.has(keyOf(one)));
    for (const [kind, documents] of Map.groupBy(unseen, (one) => one.kind)) {
      const ids = documents.map((one) => one.externalId);
      const { rows, time } = await this.#client.byIds(company, ENTITY_OF[kind], ids);
      const there = new Set(rows.map((row) => text(row, 'Id')));
      for (const id of ids) if (!there.has(id)) this.#lost(answer, `${kind}:${id}`, time);
    }
  }

  #take(answer: FeedAnswer, changes: QboChanges, homeCurrency: string): void {
    const mapped = noRows();
    for (const { entity, object, deleted } of changes.rows) {
      if (!deleted) mapRows(entity, [object], homeCurrency, mapped);
      else if (entity !== 'Customer')
        this.#gone(answer, `${KIND_OF[entity]}:${text(object, 'Id')}`, object, changes.time);
    }
    this.#keep(answer, mapped);
  }

  #gone(answer: FeedAnswer, key: DocumentKey, object: Record<string, unknown>, time: string): void {
    try {
      this.#lost(answer, key, instant(text(child(object, 'MetaData'), 'LastUpdatedTime')));
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      this.#lost(answer, key, time);
    }
  }

  /** A deletion is a change as well: it frees payments, which may show no change of their own. */
  #lost({ gathered }: FeedAnswer, key: DocumentKey, since: string): void {
    gathered.gone.set(key, since);
    gathered.changed.add(key);
  }

  #keep(answer: FeedAnswer, mapped: MappedRows): void {
    for (const facts of mapped.documents) {
      answer.gathered.documents.set(keyOf(facts), facts);
      answer.gathered.changed.add(keyOf(facts));
    }
    for (const facts of mapped.customers) answer.gathered.customers.set(facts.externalId, facts);
    answer.misread.push(...mapped.misread);
  }
}
