import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { Ledger } from '../domain/ledger.ts';
import type { Txn } from '../domain/records.ts';
import { ApplicationStore } from './application.store.ts';
import { CustomerStore } from './customer.store.ts';
import { TxnStore } from './txn.store.ts';

@Injectable()
export class LedgerStore {
  constructor(
    private readonly customers: CustomerStore,
    private readonly txns: TxnStore,
    private readonly applications: ApplicationStore,
  ) {}

  /** The named documents with everything a change of them may move. The company must be locked. */
  async load(tx: Tx, realmId: string, txnIds: readonly string[], customerIds: readonly string[]): Promise<Ledger> {
    const touching = await this.applications.touching(tx, realmId, txnIds);
    const payments = unique([...txnIds, ...touching.map((line) => line.paymentId)]);
    const applications = await this.applications.ofPayments(tx, realmId, payments);
    const ids = unique([...payments, ...applications.map((line) => line.targetId)]);
    const txns = await this.txns.findAll(tx, realmId, ids);
    const customers = await this.customers.findAll(
      tx,
      realmId,
      unique([...customerIds, ...txns.map((txn) => txn.customerId)]),
    );
    return new Ledger({ customers, txns, applications });
  }

  async save(tx: Tx, realmId: string, ledger: Ledger, changed: readonly Txn[]): Promise<void> {
    await this.txns.save(tx, realmId, changed);
    const lines = ledger.reapplied.flatMap((paymentId) => ledger.linesOf(paymentId));
    await this.applications.replace(tx, realmId, ledger.reapplied, lines);
    await this.customers.moveBalances(tx, realmId, ledger.balanceMoves);
  }
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];
