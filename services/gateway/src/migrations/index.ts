import { messagingMigrations } from '@cashloop/messaging/migrations';
import { CreateOrg1764000000101 } from './create-org.ts';
import { CreateLogin1764000000102 } from './create-login.ts';
import { CreateAppUser1764000000103 } from './create-app-user.ts';
import { CreateApiClient1764000000104 } from './create-api-client.ts';
import { CreateHoldFeed1764000000105 } from './create-hold-feed.ts';

export const migrations: Function[] = [
  ...messagingMigrations,
  CreateOrg1764000000101,
  CreateLogin1764000000102,
  CreateAppUser1764000000103,
  CreateApiClient1764000000104,
  CreateHoldFeed1764000000105,
];
