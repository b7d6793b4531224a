import { Injectable } from '@nestjs/common';
import { Effects, Runs, type RunContext } from '@cashloop/messaging';
import { TransactionRunner, type Tx } from '@cashloop/persistence';
import { HealthParts } from '@cashloop/service-shell';
import { GatewayConfig } from '../config.ts';
import { FIRST_ORG } from '../domain/org.ts';
import { orgUpserted } from '../domain/org-upserted.ts';
import { hashSecret } from '../domain/password.ts';
import { LoginStore, userHandle } from '../stores/login.store.ts';
import { OrgStore } from '../stores/org.store.ts';
import { UserStore } from '../stores/user.store.ts';

/** A new installation gets its first org and its first admin. Later runs find both and do nothing. */
@Injectable()
export class RunFirstStart {
  #done = false;

  constructor(
    private readonly effects: Effects,
    private readonly transactions: TransactionRunner,
    private readonly orgs: OrgStore,
    private readonly users: UserStore,
    private readonly logins: LoginStore,
    private readonly config: GatewayConfig,
    parts: HealthParts,
  ) {
    // Another replica may be the one that makes them: look, not only remember.
    parts.add({
      name: 'first_org',
      check: async () =>
        (await this.#isDone()) ? { status: 'up' } : { status: 'down', message: 'the first org is not there yet' },
    });
  }

  @Runs({ name: 'first-start', everyMs: 1_000 })
  async run({ now, log }: RunContext): Promise<void> {
    if (await this.#isDone()) return;
    const secretHash = this.config.GATEWAY_ADMIN_PASSWORD && (await hashSecret(this.config.GATEWAY_ADMIN_PASSWORD));
    await this.effects.commit([FIRST_ORG.id], async ({ tx }) => {
      const created = await this.orgs.create(tx, FIRST_ORG, now);
      const admin = secretHash ? await this.#createAdmin(tx, secretHash, now) : false;
      log.info({ org: FIRST_ORG.id, created, admin }, 'first start');
      return created ? [orgUpserted(FIRST_ORG, now)] : [];
    });
  }

  async #createAdmin(tx: Tx, secretHash: string, now: Date): Promise<boolean> {
    const email = this.config.GATEWAY_ADMIN_EMAIL;
    if (email === undefined || (await this.users.anyExists(tx))) return false;
    const roles = ['admin'];
    const user = await this.users.create(tx, FIRST_ORG.id, { email, name: 'Administrator', roles }, now);
    return this.logins.create(
      tx,
      userHandle(email),
      { kind: 'user', subjectId: user.id, orgId: FIRST_ORG.id, secretHash, roles, active: true },
      now,
    );
  }

  async #isDone(): Promise<boolean> {
    if (this.#done) return true;
    const wantsAdmin =
      this.config.GATEWAY_ADMIN_EMAIL !== undefined && this.config.GATEWAY_ADMIN_PASSWORD !== undefined;
    this.#done = await this.transactions.read([FIRST_ORG.id], async (tx) => {
      const org = await this.orgs.find(tx, FIRST_ORG.id);
      return org !== undefined && (!wantsAdmin || (await this.users.anyExists(tx)));
    });
    return this.#done;
  }
}
