import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { isTop, type Account } from '../domain/account.ts';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import { dataAsOf } from '../domain/readiness.ts';
import { ACCOUNT_COLUMNS, accountOf, type AccountRow } from './account.row.ts';
import { CustomerStore } from './customer.store.ts';
import { HoldStore } from './hold.store.ts';
import { ReadingStore } from './reading.store.ts';
import { SettingsView } from './settings.view.ts';

/** A customer with the account it belongs to. */
export interface Client {
  readonly clientId: string;
  readonly teriCode: string;
  readonly account: Account;
  readonly settings: Settings;
  /** Null: linked to no company. */
  readonly dataAsOf: Date | null;
}

/** Reads one customer's credit as it stands. */
@Injectable()
export class ClientView {
  constructor(
    private readonly customers: CustomerStore,
    private readonly holds: HoldStore,
    private readonly readings: ReadingStore,
    private readonly settings: SettingsView,
  ) {}

  /** @returns undefined for a customer nobody told about */
  async read(tx: Tx, orgId: string, clientId: string): Promise<Client | undefined> {
    const customer = (await this.customers.load(tx, [{ orgId, customerId: clientId }])).get(`${orgId}:${clientId}`);
    const own = await this.#account(tx, orgId, clientId);
    if (customer === undefined || own === undefined) return undefined;
    const account = isTop(own) ? own : ((await this.#account(tx, orgId, own.rootId)) ?? own);
    const readings = (await this.readings.load(tx, [orgId])).get(orgId) ?? new Map<string, Date>();
    return {
      clientId,
      teriCode: customer.teriCode,
      account,
      settings: (await this.settings.read(tx, orgId)) ?? DEFAULT_SETTINGS,
      dataAsOf: dataAsOf(account.companies, readings),
    };
  }

  async #account(tx: Tx, orgId: string, accountId: string): Promise<Account | undefined> {
    const [row] = await tx.query<AccountRow>(
      `select ${ACCOUNT_COLUMNS} from account a where a.org_id = $1 and a.account_id = $2`,
      [orgId, accountId],
    );
    if (row === undefined) return undefined;
    const holds = row.hold_id === null ? new Map() : await this.holds.open(tx, [row]);
    return accountOf(row, row.hold_id === null ? null : (holds.get(row.hold_id) ?? null));
  }
}
