import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import type { Company } from '../domain/company.ts';

interface CompanyRow {
  realm_id: string;
  name: string;
  home_currency: string;
  time_zone: string;
  freed_payment_moves: boolean;
  unique_doc_numbers: boolean;
  webhooks: boolean;
  created_at: Date;
}

/** How many ids and document numbers to set aside. */
export interface Reservation {
  names?: number;
  txns?: number;
  docNumbers?: number;
}

/** First of each reserved range. */
export interface Reserved {
  nameId: bigint;
  txnId: bigint;
  docNumber: bigint;
}

const columns =
  'realm_id, name, home_currency, time_zone, freed_payment_moves, unique_doc_numbers, webhooks, created_at';

const toCompany = (row: CompanyRow): Company => ({
  realmId: row.realm_id,
  name: row.name,
  homeCurrency: row.home_currency,
  timeZone: row.time_zone,
  freedPaymentMoves: row.freed_payment_moves,
  uniqueDocNumbers: row.unique_doc_numbers,
  webhooks: row.webhooks,
  createdAt: row.created_at,
});

@Injectable()
export class CompanyStore {
  async find(tx: Tx, realmId: string): Promise<Company | undefined> {
    const [row] = await tx.query<CompanyRow>(`select ${columns} from company where realm_id = $1`, [realmId]);
    return row && toCompany(row);
  }

  async findByName(tx: Tx, name: string): Promise<Company | undefined> {
    const [row] = await tx.query<CompanyRow>(`select ${columns} from company where name = $1`, [name]);
    return row && toCompany(row);
  }

  async list(tx: Tx): Promise<Company[]> {
    return (await tx.query<CompanyRow>(`select ${columns} from company order by created_at, realm_id`)).map(toCompany);
  }

  /** One write at a time per company: ids, balances and SyncTokens then need no further locks. */
  async lock(tx: Tx, realmId: string): Promise<Company | undefined> {
    const [row] = await tx.query<CompanyRow>(`select ${columns} from company where realm_id = $1 for update`, [
      realmId,
    ]);
    return row && toCompany(row);
  }

  async reserve(tx: Tx, realmId: string, { names = 0, txns = 0, docNumbers = 0 }: Reservation): Promise<Reserved> {
    const [row] = await tx.query<{ name_id: string; txn_id: string; doc_number: string }>(
      `update company set next_name_id = next_name_id + $2, next_txn_id = next_txn_id + $3, next_doc_number = next_doc_number + $4
       where realm_id = $1
       returning next_name_id - $2 name_id, next_txn_id - $3 txn_id, next_doc_number - $4 doc_number`,
      [realmId, names, txns, docNumbers],
    );
    return { nameId: BigInt(row!.name_id), txnId: BigInt(row!.txn_id), docNumber: BigInt(row!.doc_number) };
  }

  /** Realm ids look like Intuit's: nineteen digits. */
  async newRealmId(tx: Tx): Promise<string> {
    const [row] = await tx.query<{ realm_id: string }>(`select '4620816365' || nextval('company_number') realm_id`);
    return row!.realm_id;
  }

  async add(tx: Tx, company: Company): Promise<void> {
    await tx.query(`insert into company (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8)`, [
      company.realmId,
      company.name,
      company.homeCurrency,
      company.timeZone,
      company.freedPaymentMoves,
      company.uniqueDocNumbers,
      company.webhooks,
      company.createdAt,
    ]);
  }
}
