/** A user or an API client as its table holds it. */
export interface AccountRow {
  id: string;
  name: string;
  roles: string[];
  active: boolean;
  created_at: Date;
  updated_at: Date;
}

export interface UserRow extends AccountRow {
  email: string;
}

export interface ClientRow extends AccountRow {
  client_id: string;
}

const accountReply = (row: AccountRow): object => ({
  name: row.name,
  roles: row.roles,
  active: row.active,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
});

/** A user as the API shows it. */
export const userReply = (row: UserRow): object => ({ id: Number(row.id), email: row.email, ...accountReply(row) });

/** An API client as the API shows it; its secret is shown once, when it is made. */
export const clientReply = (row: ClientRow): object => ({
  id: Number(row.id),
  client_id: row.client_id,
  ...accountReply(row),
});
