import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nobody changes the vault: the login lacks the right, and a trigger stops everyone who has it, the owner too. */
export class ProtectVault1764000002003 implements MigrationInterface {
  name = 'ProtectVault1764000002003';

  async up(query: QueryRunner): Promise<void> {
    await query.query(`create function vault_refuse() returns trigger language plpgsql as $$
      begin
        raise exception 'the vault is append-only: % on % is refused', lower(tg_op), tg_table_name
          using errcode = 'insufficient_privilege';
      end $$`);
    await query.query(`create function vault_head_forward() returns trigger language plpgsql as $$
      begin
        if new.next_sequence <= old.next_sequence or (new.topic, new.partition) <> (old.topic, old.partition) then
          raise exception 'the vault is append-only: its heads only move forward' using errcode = 'insufficient_privilege';
        end if;
        return new;
      end $$`);
    await query.query(`create trigger append_only before update or delete or truncate on vault_record
      for each statement execute function vault_refuse()`);
    await query.query(`create trigger append_only before delete or truncate on vault_head
      for each statement execute function vault_refuse()`);
    await query.query(`create trigger forward before update on vault_head
      for each row execute function vault_head_forward()`);
    await query.query(REVOKE);
  }

  async down(query: QueryRunner): Promise<void> {
    await query.query(`drop trigger append_only on vault_record`);
    await query.query(`drop trigger append_only on vault_head`);
    await query.query(`drop trigger forward on vault_head`);
    await query.query(`drop function vault_refuse, vault_head_forward`);
  }
}

/** From whoever was granted it when the tables were made: the migration does not know the login's name. */
const REVOKE = `do $$
  declare grantee regrole;
  begin
    for grantee in
      select distinct acl.grantee::regrole from pg_class, aclexplode(relacl) acl
       where oid = 'vault_record'::regclass and acl.grantee not in (0, relowner)
    loop
      execute format('revoke update, delete, truncate on vault_record from %s', grantee);
      execute format('revoke delete, truncate on vault_head from %s', grantee);
    end loop;
  end $$`;
