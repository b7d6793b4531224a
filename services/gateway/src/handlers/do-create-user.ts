import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply } from '@cashloop/messaging';
import { ProblemError } from '@cashloop/service-shell';
import { hashSecret } from '../domain/password.ts';
import { LoginStore, userHandle } from '../stores/login.store.ts';
import { UserStore } from '../stores/user.store.ts';
import { userReply } from '../stores/account.row.ts';

export interface NewUser {
  email: string;
  name: string;
  roles: string[];
  password: string;
}

@Injectable()
export class DoCreateUser {
  constructor(
    private readonly commands: Commands,
    private readonly users: UserStore,
    private readonly logins: LoginStore,
  ) {}

  async run(orgId: string, user: NewUser, idempotencyKey: string | undefined): Promise<CommandReply> {
    const secretHash = await hashSecret(user.password);
    // Without the password: not even a hash of it belongs into the inbox.
    const body = { email: user.email, name: user.name, roles: user.roles };
    return this.commands.run({ orgId, name: 'create-user', idempotencyKey, body }, async ({ tx, now }) => {
      const row = await this.users.create(tx, orgId, { ...user, roles: [...new Set(user.roles)] }, now);
      const login = { kind: 'user' as const, subjectId: row.id, orgId, secretHash, roles: row.roles, active: true };
      if (!(await this.logins.create(tx, userHandle(user.email), login, now))) {
        throw ProblemError.conflict('user.email_taken', 'somebody signs in with this e-mail address already');
      }
      return { status: 201, reply: userReply(row), events: [] };
    });
  }
}
