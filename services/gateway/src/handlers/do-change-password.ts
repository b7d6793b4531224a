import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { ProblemError, type CallerIdentity } from '@cashloop/service-shell';
import { hashSecret } from '../domain/password.ts';
import { AccountView } from '../stores/account.view.ts';
import { ActiveCallers } from '../stores/active-callers.view.ts';
import { LoginStore, userHandle } from '../stores/login.store.ts';
import { DoSignIn } from './do-sign-in.ts';

/** Lets a person change the own password, knowing the old one. */
@Injectable()
export class DoChangePassword {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly accounts: AccountView,
    private readonly logins: LoginStore,
    private readonly signIn: DoSignIn,
    private readonly callers: ActiveCallers,
  ) {}

  async run(
    caller: CallerIdentity,
    change: { current_password: string; new_password: string },
    address: string,
  ): Promise<void> {
    const user = await this.transactions.read([caller.orgId], (tx) => this.accounts.user(tx, caller.userId));
    if (caller.kind !== 'user' || user === undefined) {
      throw new ProblemError({ status: 403, code: 'auth.forbidden', detail: 'only people have a password to change' });
    }
    // The old password is guessed no faster here than at the door.
    await this.signIn.run({ kind: 'user', handle: userHandle(user.email), secret: change.current_password, address });
    const secretHash = await hashSecret(change.new_password);
    await this.transactions.run([caller.orgId], (tx) =>
      this.logins.change(tx, 'user', user.id, { roles: user.roles, active: user.active, secretHash }, new Date()),
    );
    this.callers.forget('user', user.id);
  }
}
