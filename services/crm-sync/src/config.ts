import { IsUrl } from 'class-validator';
import { ServiceConfig } from '@cashloop/service-shell';

export class CrmSyncConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_protocol: true, require_tld: false })
  CRM_SYNC_DATABASE_URL!: string;
}
