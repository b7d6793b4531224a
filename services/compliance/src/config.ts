import { IsUrl } from 'class-validator';
import { ServiceConfig } from '@cashloop/service-shell';

export class ComplianceConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_protocol: true, require_tld: false })
  COMPLIANCE_DATABASE_URL!: string;
}
