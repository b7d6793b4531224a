import { Module } from '@nestjs/common';
import { ServiceShellModule } from '@cashloop/service-shell';
import { ComplianceConfig } from './config.ts';
import { OnRecords } from './handlers/on-records.ts';
import { VaultController } from './http/vault.controller.ts';
import { migrations } from './migrations/index.ts';
import { VaultStore } from './stores/vault.store.ts';
import { VaultView } from './stores/vault.view.ts';

@Module({
  imports: [ServiceShellModule.forRoot({ name: 'compliance', config: ComplianceConfig, migrations, publishes: [] })],
  providers: [OnRecords, VaultStore, VaultView],
  controllers: [VaultController],
})
export class ComplianceModule {}
