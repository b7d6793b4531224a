import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { idOf, kindOf, type KnownLinks } from '../domain/closure.ts';
import type { DocumentKey, DocumentKind } from '../domain/facts.ts';
import type { Books } from './books.store.ts';

/** Questions about one company's books that need no lock. */
@Injectable()
export class BooksView {
  /** Links of documents as the last readings left them. */
  async linksOf(tx: Tx, books: Books, keys: readonly DocumentKey[]): Promise<KnownLinks> {
    const rows = await tx.prepared<{ payment: string; target: DocumentKey }>(
      'books_links_of',
      `select t.payment_external_id as payment, t.target_kind || ':' || t.target_external_id as target
       from payment_target t where t.org_id = $1 and t.company = $2 and t.payment_external_id = any($3)
       union
       select t.payment_external_id, t.target_kind || ':' || t.target_external_id
       from unnest($4::text[], $5::text[]) as k (kind, external_id)
       join payment_target t on t.org_id = $1 and t.company = $2 and t.target_kind = k.kind and t.target_external_id = k.external_id`,
      [
        books.orgId,
        books.company,
        keys.filter((k) => kindOf(k) === 'payment').map(idOf),
        keys.map(kindOf),
        keys.map(idOf),
      ],
    );
    const targetsOf = new Map<string, DocumentKey[]>();
    const paymentsOf = new Map<DocumentKey, string[]>();
    for (const { payment, target } of rows) {
      targetsOf.set(payment, [...(targetsOf.get(payment) ?? []), target]);
      paymentsOf.set(target, [...(paymentsOf.get(target) ?? []), payment]);
    }
    return { targetsOf, paymentsOf };
  }

  /** Customers, by document key, of all documents of the company that are known. */
  async owners(tx: Tx, books: Books, keys: readonly DocumentKey[]): Promise<Map<string, string>> {
    const rows = await tx.query<{ key: string; owner: string }>(
      `select d.kind || ':' || d.external_id as key, d.customer_external_id as owner
       from unnest($3::text[], $4::text[]) as k (kind, external_id)
       join document d on d.org_id = $1 and d.company = $2 and d.kind = k.kind and d.external_id = k.external_id`,
      [books.orgId, books.company, keys.map(kindOf), keys.map(idOf)],
    );
    return new Map(rows.map((row) => [row.key, row.owner]));
  }

  /** Which of these external customers were read already. */
  async knownCustomers(tx: Tx, books: Books, externalIds: readonly string[]): Promise<Set<string>> {
    const rows = await tx.prepared<{ external_id: string }>(
      'books_known_customers',
      `select external_id from external_customer
       where org_id = $1 and company = $2 and external_id = any($3) and facts is not null`,
      [books.orgId, books.company, externalIds],
    );
    return new Set(rows.map((row) => row.external_id));
  }

  /** Documents with something still open: the ones whose silent deletion would leave a wrong exposure. */
  async openDocuments(tx: Tx, books: Books): Promise<{ kind: DocumentKind; externalId: string }[]> {
    return tx.query(
      `select kind, external_id as "externalId" from document
       where org_id = $1 and company = $2 and not deleted and case kind
         when 'invoice' then facts->>'balanceMinor' when 'payment' then facts->>'unappliedMinor' else facts->>'remainingMinor' end <> '0'`,
      [books.orgId, books.company],
    );
  }

  /** Documents that a full reading has not seen. */
  async unseenBy(tx: Tx, books: Books, importRun: string): Promise<{ kind: DocumentKind; externalId: string }[]> {
    return tx.query(
      `select kind, external_id as "externalId" from document
       where org_id = $1 and company = $2 and not deleted and import_run is distinct from $3`,
      [books.orgId, books.company, importRun],
    );
  }

  /** How many rows of an entity the running full reading has seen. */
  async seenBy(tx: Tx, books: Books, entity: 'customer' | DocumentKind, importRun: string): Promise<number> {
    const rows =
      entity === 'customer'
        ? await tx.query<{ n: string }>(
            'select count(*) as n from external_customer where org_id = $1 and company = $2 and import_run = $3',
            [books.orgId, books.company, importRun],
          )
        : await tx.query<{ n: string }>(
            'select count(*) as n from document where org_id = $1 and company = $2 and import_run = $3 and kind = $4',
            [books.orgId, books.company, importRun, entity],
          );
    return Number(rows[0]!.n);
  }
}
