import { Controller, Get, Req, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@cashloop/service-shell';
import type { FastifyRequest } from 'fastify';
import { unauthenticated } from '../domain/faults.ts';
import { DoGrantAccess } from '../handlers/do-grant-access.ts';
import { ApiFaultFilter } from './api-fault.filter.ts';

/** Where the endpoints are, and who the user is. */
@ApiExcludeController()
@Public()
@Controller()
@UseFilters(ApiFaultFilter)
export class DiscoveryController {
  constructor(private readonly access: DoGrantAccess) {}

  @Get(['.well-known/openid_configuration', '.well-known/openid_sandbox_configuration'])
  discovery(@Req() request: FastifyRequest): object {
    const base = `${request.protocol}://${request.headers.host ?? '127.0.0.1'}`;
    return {
      issuer: `${base}/op/v1`,
      authorization_endpoint: `${base}/oauth2/authorize`,
      token_endpoint: `${base}/oauth2/v1/tokens/bearer`,
      userinfo_endpoint: `${base}/v1/openid_connect/userinfo`,
      revocation_endpoint: `${base}/oauth2/v1/tokens/revoke`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      scopes_supported: ['com.intuit.quickbooks.accounting', 'openid', 'profile', 'email'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    };
  }

  /** @throws GatewayFault 401 */
  @Get('v1/openid_connect/userinfo')
  async userInfo(@Req() request: FastifyRequest): Promise<object> {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || (await this.access.realmOf(token)) === undefined)
      throw unauthenticated('Token expired or missing');
    return {
      sub: '1182d6ec-60a1-4aa3-a7ef-stand-in',
      email: 'owner@example.com',
      emailVerified: true,
      givenName: 'Sample',
      familyName: 'Owner',
    };
  }
}
