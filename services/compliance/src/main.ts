import { startService } from '@cashloop/service-shell';
import { ComplianceModule } from './compliance.module.ts';

await startService({ name: 'compliance', module: ComplianceModule });
