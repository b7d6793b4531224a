import { ServiceConfig } from '@cashloop/service-shell';
import { IsEmail, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';

const HTTP = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };

export class GatewayConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_tld: false }) GATEWAY_DATABASE_URL!: string;
  /** PKCS8 PEM of the ES256 key that signs tokens; `\n` may stand for a line break. */
  @IsString() @IsNotEmpty() GATEWAY_PRIVATE_KEY!: string;

  /** The first admin, made when there is no user yet. */
  @IsOptional() @IsEmail({ require_tld: false }) GATEWAY_ADMIN_EMAIL?: string;
  @IsOptional() @IsString() @MinLength(8) GATEWAY_ADMIN_PASSWORD?: string;

  /** How the outside reaches this service. */
  @IsUrl(HTTP) GATEWAY_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @IsUrl(HTTP) CRM_SYNC_URL!: string;
  @IsUrl(HTTP) QUICKBOOKS_SYNC_URL!: string;
  @IsUrl(HTTP) CREDIT_SCORING_URL!: string;
  @IsUrl(HTTP) COMPLIANCE_URL!: string;
  /** Shown as a link on the page. */
  @IsOptional() @IsUrl(HTTP) PROMETHEUS_URL?: string;

  /** Requests a client may make in any minute; outsiders without a token are counted by address. */
  @IsInt() @Min(1) GATEWAY_RATE_LIMIT_PER_MINUTE: number = 600;
  /** How long a service behind may take to begin its answer. */
  @IsInt() @Min(100) @Max(600_000) GATEWAY_UPSTREAM_TIMEOUT_MS: number = 60_000;
  /** How long a token is good, in seconds. */
  @IsInt() @Min(10) @Max(86_400) GATEWAY_TOKEN_SECONDS: number = 28_800;
}
