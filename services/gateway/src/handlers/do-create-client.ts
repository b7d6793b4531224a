import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { TransactionRunner } from '@cashloop/persistence';
import { hashSecret } from '../domain/password.ts';
import { clientReply } from '../stores/account.row.ts';
import { ClientStore } from '../stores/client.store.ts';
import { clientHandle, LoginStore } from '../stores/login.store.ts';

/**
 * Makes an API client. Its secret is answered here and never again, so this command keeps no reply to repeat: sent
 * twice it makes two clients.
 */
@Injectable()
export class DoCreateClient {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly clients: ClientStore,
    private readonly logins: LoginStore,
  ) {}

  async run(orgId: string, client: { name: string; roles: string[] }, now: Date): Promise<object> {
    const clientId = `cl_${randomBytes(12).toString('base64url')}`;
    const secret = randomBytes(32).toString('base64url');
    const secretHash = await hashSecret(secret);
    const row = await this.transactions.run([orgId], async (tx) => {
      const created = await this.clients.create(
        tx,
        orgId,
        { clientId, name: client.name, roles: [...new Set(client.roles)] },
        now,
      );
      const login = {
        kind: 'client' as const,
        subjectId: created.id,
        orgId,
        secretHash,
        roles: created.roles,
        active: true,
      };
      await this.logins.create(tx, clientHandle(clientId), login, now);
      return created;
    });
    return { ...clientReply(row), client_secret: secret };
  }
}
