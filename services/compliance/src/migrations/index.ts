import { messagingMigrations } from '@cashloop/messaging/migrations';
import { CreateVault1764000002001 } from './1764000002001-create-vault.ts';
import { CreateVaultHead1764000002002 } from './1764000002002-create-vault-head.ts';
import { ProtectVault1764000002003 } from './1764000002003-protect-vault.ts';

export const migrations: Function[] = [
  ...messagingMigrations,
  CreateVault1764000002001,
  CreateVaultHead1764000002002,
  ProtectVault1764000002003,
];
