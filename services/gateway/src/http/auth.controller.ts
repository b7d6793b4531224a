import { Body, Controller, Get, Header, Headers, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiConsumes, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, Public, type CallerIdentity } from '@cashloop/service-shell';
import type { JWK } from 'jose';
import { TokenSigner } from '../connectors/signing-key/token-signer.ts';
import { DoChangePassword } from '../handlers/do-change-password.ts';
import { DoSignIn, type TokenReply } from '../handlers/do-sign-in.ts';
import { AccountView } from '../stores/account.view.ts';
import { clientHandle, userHandle } from '../stores/login.store.ts';
import { LoginBody, PasswordBody, TokenAnswer, TokenBody } from './auth.dto.ts';
import { clientCredentials } from './basic-credentials.ts';

@ApiTags('auth')
@Controller()
export class AuthController {
  constructor(
    private readonly signIn: DoSignIn,
    private readonly changePassword: DoChangePassword,
    private readonly signer: TokenSigner,
    private readonly accounts: AccountView,
    private readonly transactions: TransactionRunner,
  ) {}

  /** Signs a person in. */
  @Public()
  @Post('auth/login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ type: TokenAnswer })
  login(@Body() body: LoginBody, @Ip() address: string): Promise<TokenReply> {
    return this.signIn.run({ kind: 'user', handle: userHandle(body.email), secret: body.password, address });
  }

  /** Signs a program in: OAuth 2 client credentials. */
  @Public()
  @Post('auth/token')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiOkResponse({ type: TokenAnswer })
  token(
    @Body() body: TokenBody,
    @Ip() address: string,
    @Headers('authorization') header?: string,
  ): Promise<TokenReply> {
    const { clientId, secret } = clientCredentials(body, header);
    return this.signIn.run({ kind: 'client', handle: clientHandle(clientId), secret, address });
  }

  /** Who the token speaks for. */
  @Get('auth/me')
  async me(@Caller() caller: CallerIdentity): Promise<object> {
    const user = await this.transactions.read([caller.orgId], (tx) =>
      caller.kind === 'user' ? this.accounts.user(tx, caller.userId) : Promise.resolve(undefined),
    );
    return {
      id: Number(caller.userId),
      kind: caller.kind,
      org_id: Number(caller.orgId),
      roles: caller.roles,
      email: user?.email ?? null,
      name: user?.name ?? null,
      expires_at: caller.expiresAt.toISOString(),
    };
  }

  /** Changes the caller's own password; all tokens of the caller end. */
  @Post('auth/password')
  @HttpCode(204)
  async password(@Body() body: PasswordBody, @Caller() caller: CallerIdentity, @Ip() address: string): Promise<void> {
    await this.changePassword.run(caller, body, address);
  }

  /** The key that checks our tokens, for programs that want to check them themselves. */
  @Public()
  @Get('.well-known/jwks.json')
  @Header('cache-control', 'public, max-age=300')
  jwks(): { keys: JWK[] } {
    return this.signer.jwks();
  }
}
