import { startService } from '@cashloop/service-shell';
import { keepRawBodies } from './http/raw-bodies.ts';
import { SandboxModule } from './sandbox.module.ts';

await startService({ name: 'sandbox', module: SandboxModule, configure: keepRawBodies });
