import { timingSafeEqual } from 'node:crypto';
import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { TransactionRunner } from '@cashloop/persistence';
import { Public } from '@cashloop/service-shell';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SandboxConfig } from '../config.ts';
import { DoGrantAccess, type TokenReply } from '../handlers/do-grant-access.ts';
import { CompanyStore } from '../stores/company.store.ts';
import { traceId } from './api.interceptor.ts';
import { type ConsentRequest, consentPage, refusalPage } from './consent-page.ts';

type Fields = Record<string, string | undefined>;

/** Authorisation as Intuit's: a consent page, a token endpoint with Basic authentication, revocation. */
@ApiExcludeController()
@Public()
@Controller()
export class OAuthController {
  constructor(
    private readonly config: SandboxConfig,
    private readonly access: DoGrantAccess,
    private readonly runner: TransactionRunner,
    private readonly companies: CompanyStore,
  ) {}

  @Get(['oauth2/authorize', 'connect/oauth2'])
  async authorize(@Query() query: Fields, @Res() reply: FastifyReply): Promise<void> {
    const wrong = this.#wrong(query) ?? (query['response_type'] === 'code' ? undefined : 'response_type must be code');
    if (wrong !== undefined) return html(reply, 400, refusalPage(wrong));
    const companies = await this.runner.read([], (tx) => this.companies.list(tx));
    html(reply, 200, consentPage(consentRequest(query), companies));
  }

  @Post('oauth2/authorize')
  async decide(@Body() form: Fields, @Res() reply: FastifyReply): Promise<void> {
    const wrong = this.#wrong(form);
    if (wrong !== undefined) return html(reply, 400, refusalPage(wrong));
    const { redirect_uri: redirectUri, state } = consentRequest(form);
    if (form['decision'] !== 'connect') return redirect(reply, redirectUri, { error: 'access_denied', state });
    const realmId = form['realm_id'] ?? '';
    const code = await this.access.consent(realmId, redirectUri);
    if (code === undefined) return html(reply, 400, refusalPage('There is no such company.'));
    redirect(reply, redirectUri, { code, state, realmId });
  }

  @Post(['oauth2/v1/tokens/bearer', 'oauth2/token'])
  async token(
    @Req() request: FastifyRequest,
    @Body() form: Fields | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.#isApp(request.headers.authorization)) return json(reply, 401, { error: 'invalid_client' });
    const grantType = form?.['grant_type'];
    if (grantType !== 'authorization_code' && grantType !== 'refresh_token') {
      return json(reply, 400, {
        error: 'unsupported_grant_type',
        error_description: 'authorization_code or refresh_token',
      });
    }
    const granted =
      grantType === 'authorization_code'
        ? await this.access.exchange(form?.['code'] ?? '', form?.['redirect_uri'])
        : await this.access.refresh(form?.['refresh_token'] ?? '');
    if (granted === undefined)
      return json(reply, 400, { error: 'invalid_grant', error_description: refused[grantType] });
    json(reply, 200, visible(granted, request.headers['x-include-refresh-token-hard-expires-in'] === 'true'));
  }

  @Post(['oauth2/v1/tokens/revoke', 'v2/oauth2/tokens/revoke'])
  async revoke(
    @Req() request: FastifyRequest,
    @Body() form: Fields | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!this.#isApp(request.headers.authorization)) return json(reply, 401, { error: 'invalid_client' });
    const known = await this.access.revoke(form?.['token'] ?? '');
    if (!known)
      return json(reply, 400, { error: 'invalid_request', error_description: 'Token is incorrect or expired' });
    void reply.status(200).headers({ intuit_tid: traceId() }).send('');
  }

  #wrong(query: Fields): string | undefined {
    if (query['client_id'] !== this.config.SANDBOX_CLIENT_ID) return 'The client_id is not the app registered here.';
    const redirectUri = query['redirect_uri'] ?? '';
    if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol))
      return 'The redirect_uri is not valid.';
    if (!(query['scope'] ?? '').includes('com.intuit.quickbooks.accounting'))
      return 'The scope must be com.intuit.quickbooks.accounting.';
    return undefined;
  }

  #isApp(header: string | undefined): boolean {
    const given = Buffer.from(/^Basic +(\S+)$/i.exec(header ?? '')?.[1] ?? '', 'base64');
    const wanted = Buffer.from(`${this.config.SANDBOX_CLIENT_ID}:${this.config.SANDBOX_CLIENT_SECRET}`);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

const refused = {
  authorization_code: 'Invalid authorization code',
  refresh_token: 'Incorrect or expired refresh token',
};

const consentRequest = (fields: Fields): ConsentRequest => ({
  client_id: fields['client_id'] ?? '',
  redirect_uri: fields['redirect_uri'] ?? '',
  scope: fields['scope'] ?? '',
  state: fields['state'] ?? '',
});

function visible({ x_refresh_token_hard_expires_in: hard, ...reply }: TokenReply, withHardEnd: boolean): object {
  return withHardEnd ? { ...reply, x_refresh_token_hard_expires_in: hard } : reply;
}

const html = (reply: FastifyReply, status: number, text: string): void =>
  void reply
    .status(status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(text);

const json = (reply: FastifyReply, status: number, body: object): void =>
  void reply
    .status(status)
    .headers({
      'content-type': 'application/json;charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      intuit_tid: traceId(),
    })
    .send(JSON.stringify(body));

function redirect(reply: FastifyReply, to: string, fields: Record<string, string>): void {
  const url = new URL(to);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  void reply.status(302).header('location', url.href).send('');
}
