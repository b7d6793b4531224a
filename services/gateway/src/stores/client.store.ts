import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { ClientRow } from './account.row.ts';

const COLUMNS = 'id, client_id, name, roles, active, created_at, updated_at';

@Injectable()
export class ClientStore {
  async create(
    tx: Tx,
    orgId: string,
    client: { clientId: string; name: string; roles: string[] },
    now: Date,
  ): Promise<ClientRow> {
    const [row] = await tx.query<ClientRow>(
      `insert into api_client (org_id, client_id, name, roles, created_at, updated_at) values ($1, $2, $3, $4, $5, $5) returning ${COLUMNS}`,
      [orgId, client.clientId, client.name, client.roles, now],
    );
    return row!;
  }

  async lock(tx: Tx, id: string): Promise<ClientRow | undefined> {
    const [row] = await tx.query<ClientRow>(`select ${COLUMNS} from api_client where id = $1 for update`, [id]);
    return row;
  }

  async save(tx: Tx, client: ClientRow, now: Date): Promise<ClientRow> {
    const [row] = await tx.query<ClientRow>(
      `update api_client set name = $2, roles = $3, active = $4, updated_at = $5 where id = $1 returning ${COLUMNS}`,
      [client.id, client.name, client.roles, client.active, now],
    );
    return row!;
  }
}
