import { startService } from '@cashloop/service-shell';
import { acceptCloudEvents } from './http/cloud-events-body.ts';
import { QuickBooksSyncModule } from './quickbooks-sync.module.ts';

await startService({
  name: 'quickbooks-sync',
  module: QuickBooksSyncModule,
  rawBody: true,
  configure: acceptCloudEvents,
});
