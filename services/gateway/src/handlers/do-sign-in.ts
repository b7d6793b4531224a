import { Injectable } from '@nestjs/common';
import { TransactionRunner } from '@cashloop/persistence';
import { Log, ProblemError, type Logger } from '@cashloop/service-shell';
import { GatewayConfig } from '../config.ts';
import { TokenSigner } from '../connectors/signing-key/token-signer.ts';
import { hashSecret, secretMatches } from '../domain/password.ts';
import { LoginThrottle } from '../connectors/rate-counter/login-throttle.ts';
import { logins } from '../metrics.ts';
import { LoginStore, type Login, type LoginKind } from '../stores/login.store.ts';

/** What a sign-in answers. */
export interface TokenReply {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
}

// Each hash takes 32 MiB and a core for a while; more at once would only queue.
const HASHES_AT_ONCE = 8;

/** Checks a secret and makes a token. Takes as long for an unknown name as for a wrong password. */
@Injectable()
export class DoSignIn {
  #hashing = 0;
  #nobodysHash: Promise<string> | undefined;

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly store: LoginStore,
    private readonly throttle: LoginThrottle,
    private readonly signer: TokenSigner,
    private readonly config: GatewayConfig,
    @Log() private readonly log: Logger,
  ) {}

  /** @throws ProblemError 401 or 429 */
  async run(attempt: { kind: LoginKind; handle: string; secret: string; address: string }): Promise<TokenReply> {
    const { kind, handle, secret, address } = attempt;
    await this.throttle.check(handle, address);
    const login = await this.transactions.read([], (tx) => this.store.find(tx, handle));
    const matches = await this.#matches(secret, login);
    if (!matches || !login?.active) {
      await this.throttle.failed(handle, address);
      logins.inc({ kind, result: 'refused' });
      this.log.info({ kind, subject: login?.subjectId, ip: address }, 'sign-in refused');
      throw refusal(kind);
    }
    logins.inc({ kind, result: 'ok' });
    const subject = { orgId: login.orgId, subjectId: login.subjectId, roles: login.roles, kind: login.kind };
    return {
      access_token: await this.signer.accessToken(subject),
      token_type: 'Bearer',
      expires_in: this.config.GATEWAY_TOKEN_SECONDS,
    };
  }

  async #matches(secret: string, login: Login | undefined): Promise<boolean> {
    if (this.#hashing >= HASHES_AT_ONCE) {
      throw new ProblemError({
        status: 503,
        code: 'auth.busy',
        detail: 'many sign-ins at once: try again',
        headers: { 'retry-after': '1' },
      });
    }
    this.#hashing += 1;
    try {
      const stored = login?.secretHash ?? (await (this.#nobodysHash ??= hashSecret('nobody')));
      return (await secretMatches(secret, stored)) && login !== undefined;
    } finally {
      this.#hashing -= 1;
    }
  }
}

const refusal = (kind: LoginKind): ProblemError =>
  new ProblemError({
    status: 401,
    code: 'auth.invalid_credentials',
    detail: kind === 'user' ? 'e-mail or password is wrong' : 'client id or secret is wrong',
  });
