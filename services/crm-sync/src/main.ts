import { startService } from '@cashloop/service-shell';
import { CrmSyncModule } from './crm-sync.module.ts';

await startService({ name: 'crm-sync', module: CrmSyncModule });
