import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { type ExactObject, parseExact, writeExact } from '../domain/exact-json.ts';

/** First replies by request id: a repeat gets the same again. */
@Injectable()
export class RequestStore {
  async reply(tx: Tx, realmId: string, requestId: string): Promise<ExactObject | undefined> {
    const [row] = await tx.query<{ reply: string }>(
      'select reply::text reply from request_reply where realm_id = $1 and request_id = $2',
      [realmId, requestId],
    );
    return row && (parseExact(row.reply) as ExactObject);
  }

  async keep(tx: Tx, realmId: string, requestId: string, reply: ExactObject, at: Date): Promise<void> {
    await tx.query(
      'insert into request_reply (realm_id, request_id, reply, created_at) values ($1, $2, $3::text::json, $4)',
      [realmId, requestId, writeExact(reply), at],
    );
  }

  async forgetBefore(tx: Tx, at: Date): Promise<void> {
    await tx.query('delete from request_reply where created_at < $1', [at]);
  }
}
