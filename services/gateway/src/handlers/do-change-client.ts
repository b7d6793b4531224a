import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply } from '@cashloop/messaging';
import { ProblemError } from '@cashloop/service-shell';
import { changeAccount, type AccountChange } from '../domain/account.ts';
import { ActiveCallers } from '../stores/active-callers.view.ts';
import { clientReply } from '../stores/account.row.ts';
import { ClientStore } from '../stores/client.store.ts';
import { LoginStore } from '../stores/login.store.ts';

/** Changes an API client. Tokens it has end at once. */
@Injectable()
export class DoChangeClient {
  constructor(
    private readonly commands: Commands,
    private readonly clients: ClientStore,
    private readonly logins: LoginStore,
    private readonly callers: ActiveCallers,
  ) {}

  async run(orgId: string, id: string, change: AccountChange, idempotencyKey?: string): Promise<CommandReply> {
    const command = { orgId, name: 'change-client', idempotencyKey, body: { id, ...change } };
    const reply = await this.commands.run(command, async ({ tx, now }) => {
      const client = await this.clients.lock(tx, id);
      if (client === undefined) throw ProblemError.notFound('client.not_found', `there is no API client ${id}`);
      const decision = changeAccount(client, change, []);
      if (decision.kind === 'refused') throw new Error('only users are counted as admins');
      const saved = await this.clients.save(tx, decision.account, now);
      await this.logins.change(tx, 'client', id, { roles: saved.roles, active: saved.active }, now);
      return { reply: clientReply(saved), events: [] };
    });
    this.callers.forget('client', id);
    return reply;
  }
}
