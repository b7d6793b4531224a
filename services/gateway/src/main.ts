import { startService } from '@cashloop/service-shell';
import { GatewayModule } from './gateway.module.ts';
import { wireGateway } from './http/wire-gateway.ts';

await startService({ name: 'gateway', module: GatewayModule, configure: wireGateway });
