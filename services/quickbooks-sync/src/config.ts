import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { ServiceConfig } from '@cashloop/service-shell';

const HTTP = { protocols: ['http', 'https'], require_tld: false, require_protocol: true };
const INTUIT = {
  sandbox: 'https://sandbox-quickbooks.api.intuit.com',
  production: 'https://quickbooks.api.intuit.com',
  authorize: 'https://appcenter.intuit.com/connect/oauth2',
  token: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  revoke: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
};

export class QuickBooksSyncConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_tld: false }) QUICKBOOKS_SYNC_DATABASE_URL!: string;

  /** The app as registered with Intuit. */
  @IsString() @IsNotEmpty() QBO_CLIENT_ID!: string;
  @IsString() @IsNotEmpty() QBO_CLIENT_SECRET!: string;
  @IsString() @IsNotEmpty() QBO_WEBHOOK_VERIFIER_TOKEN!: string;
  @IsUrl(HTTP) QBO_REDIRECT_URI: string = 'http://127.0.0.1:8080/qbo/oauth/callback';

  /** "false" means real companies. */
  @IsIn(['true', 'false']) QBO_SANDBOX_MODE: string = 'true';
  @IsOptional() @IsUrl(HTTP) QBO_API_BASE_URL?: string;
  @IsUrl(HTTP) QBO_OAUTH_AUTHORIZE_URL: string = INTUIT.authorize;
  @IsUrl(HTTP) QBO_OAUTH_TOKEN_URL: string = INTUIT.token;
  @IsUrl(HTTP) QBO_OAUTH_REVOKE_URL: string = INTUIT.revoke;

  /** Minutes between two sweeps of a company's change feed. */
  @IsInt() @Min(1) @Max(1440) QBO_INVOICE_POLL_INTERVAL_MIN: number = 30;

  /** 32 bytes in base64; encrypts the tokens of all companies. */
  @Matches(/^[A-Za-z0-9+/]{43}=$/, {
    message: 'TOKEN_ENCRYPTION_KEY must be 32 bytes in base64: openssl rand -base64 32',
  })
  TOKEN_ENCRYPTION_KEY!: string;

  get apiBaseUrl(): string {
    return this.QBO_API_BASE_URL ?? (this.QBO_SANDBOX_MODE === 'false' ? INTUIT.production : INTUIT.sandbox);
  }
}
