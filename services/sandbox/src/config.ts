import { IsBoolean, IsInt, IsNotEmpty, IsString, IsUrl, Max, Min } from 'class-validator';
import { ServiceConfig } from '@cashloop/service-shell';

export class SandboxConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_tld: false }) SANDBOX_DATABASE_URL!: string;
  /** The one app that is registered here. */
  @IsString() @IsNotEmpty() SANDBOX_CLIENT_ID!: string;
  @IsString() @IsNotEmpty() SANDBOX_CLIENT_SECRET!: string;
  /** Key of the signature in the header intuit-signature. */
  @IsString() @IsNotEmpty() SANDBOX_WEBHOOK_VERIFIER_TOKEN!: string;
  /** Where changes are announced. */
  @IsUrl({ require_tld: false }) SANDBOX_WEBHOOK_URL: string = 'http://127.0.0.1:8080/qbo/webhook';
  /** Bearer of /admin/*. */
  @IsString() @IsNotEmpty() SANDBOX_ADMIN_TOKEN!: string;
  /** Lets the sample company trade slowly once an app is connected to it. */
  @IsBoolean() SANDBOX_LIVE: boolean = false;
  /** Pause between two documents of the trickle. */
  @IsInt() @Min(100) @Max(600_000) SANDBOX_LIVE_EVERY_MS: number = 3000;
  /** How long changes are gathered before they are announced; Intuit takes minutes. */
  @IsInt() @Min(0) @Max(600_000) SANDBOX_WEBHOOK_DELAY_MS: number = 0;
}
