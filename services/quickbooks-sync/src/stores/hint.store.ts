import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { QboEntity } from '../connectors/quickbooks/quickbooks.mapping.ts';
import type { Books } from './books.store.ts';

/** Something a webhook announced: read it again. */
export interface Hint {
  id: string;
  entity: QboEntity;
  externalId: string;
}

@Injectable()
export class HintStore {
  async add(
    tx: Tx,
    books: Books,
    hints: readonly { entity: QboEntity; externalId: string }[],
    now: Date,
  ): Promise<void> {
    await tx.prepared(
      'hint_add',
      `insert into change_hint (org_id, company, entity, external_id, hinted_at)
       select $1, $2, h.*, $5 from unnest($3::text[], $4::text[]) as h`,
      [books.orgId, books.company, hints.map((h) => h.entity), hints.map((h) => h.externalId), now],
    );
  }

  async next(tx: Tx, books: Books, limit: number): Promise<Hint[]> {
    return tx.prepared<Hint>(
      'hint_next',
      `select id, entity, external_id as "externalId" from change_hint where org_id = $1 and company = $2 order by id limit $3`,
      [books.orgId, books.company, limit],
    );
  }

  async done(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.prepared('hint_done', 'delete from change_hint where id = any($1::bigint[])', [ids]);
  }

  /** Companies of the transaction's orgs with something to read. */
  async waiting(tx: Tx): Promise<Books[]> {
    return tx.prepared<Books>('hint_waiting', 'select distinct org_id as "orgId", company from change_hint');
  }
}
