import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { UserRow } from './account.row.ts';

const COLUMNS = 'id, email, name, roles, active, created_at, updated_at';

@Injectable()
export class UserStore {
  async create(
    tx: Tx,
    orgId: string,
    user: { email: string; name: string; roles: string[] },
    now: Date,
  ): Promise<UserRow> {
    const [row] = await tx.query<UserRow>(
      `insert into app_user (org_id, email, name, roles, created_at, updated_at) values ($1, $2, $3, $4, $5, $5) returning ${COLUMNS}`,
      [orgId, user.email, user.name, user.roles, now],
    );
    return row!;
  }

  async lock(tx: Tx, id: string): Promise<UserRow | undefined> {
    const [row] = await tx.query<UserRow>(`select ${COLUMNS} from app_user where id = $1 for update`, [id]);
    return row;
  }

  async save(tx: Tx, user: UserRow, now: Date): Promise<UserRow> {
    const [row] = await tx.query<UserRow>(
      `update app_user set name = $2, roles = $3, active = $4, updated_at = $5 where id = $1 returning ${COLUMNS}`,
      [user.id, user.name, user.roles, user.active, now],
    );
    return row!;
  }

  /** Locks the org's admins in id order, so that two who remove each other take turns. */
  async lockActiveAdmins(tx: Tx, orgId: string): Promise<string[]> {
    const rows = await tx.query<{ id: string }>(
      `select id from app_user where org_id = $1 and active and 'admin' = any(roles) order by id for update`,
      [orgId],
    );
    return rows.map((row) => row.id);
  }

  async anyExists(tx: Tx): Promise<boolean> {
    const rows = await tx.query(`select 1 from login where kind = 'user' limit 1`);
    return rows.length > 0;
  }
}
