import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply } from '@cashloop/messaging';
import { ProblemError } from '@cashloop/service-shell';
import { changeAccount, type AccountChange } from '../domain/account.ts';
import { hashSecret } from '../domain/password.ts';
import { ActiveCallers } from '../stores/active-callers.view.ts';
import { userReply } from '../stores/account.row.ts';
import { LoginStore } from '../stores/login.store.ts';
import { UserStore } from '../stores/user.store.ts';

/** Changes a user. Tokens the user has end at once: they carry the old roles. */
@Injectable()
export class DoChangeUser {
  constructor(
    private readonly commands: Commands,
    private readonly users: UserStore,
    private readonly logins: LoginStore,
    private readonly callers: ActiveCallers,
  ) {}

  async run(
    orgId: string,
    id: string,
    change: AccountChange & { password?: string },
    idempotencyKey?: string,
  ): Promise<CommandReply> {
    const { password, ...rest } = change;
    const secretHash = password === undefined ? undefined : await hashSecret(password);
    const body = { id, ...rest, password: password !== undefined };
    const reply = await this.commands.run({ orgId, name: 'change-user', idempotencyKey, body }, async ({ tx, now }) => {
      const activeAdmins = await this.users.lockActiveAdmins(tx, orgId);
      const user = await this.users.lock(tx, id);
      if (user === undefined) throw ProblemError.notFound('user.not_found', `there is no user ${id}`);
      const decision = changeAccount(user, rest, activeAdmins);
      if (decision.kind === 'refused')
        throw ProblemError.conflict('user.last_admin', 'this is the only active admin: make another one first');
      const saved = await this.users.save(tx, decision.account, now);
      await this.logins.change(tx, 'user', id, { roles: saved.roles, active: saved.active, secretHash }, now);
      return { reply: userReply(saved), events: [] };
    });
    this.callers.forget('user', id);
    return reply;
  }
}
