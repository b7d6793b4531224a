import { messagingMigrations } from '@cashloop/messaging/migrations';
import { CreateMasters1764000010001 } from './1764000010001-create-masters.ts';
import { CreateDocuments1764000010002 } from './1764000010002-create-documents.ts';
import { CreateAccounts1764000010003 } from './1764000010003-create-accounts.ts';
import { CreateDecisions1764000010004 } from './1764000010004-create-decisions.ts';
import { KeepWhatDecisionsSaw1764000010005 } from './1764000010005-keep-what-decisions-saw.ts';
import { TellManualHolds1764000010006 } from './1764000010006-tell-manual-holds.ts';

/** In the order they are applied. */
export const migrations: Function[] = [
  ...messagingMigrations,
  CreateMasters1764000010001,
  CreateDocuments1764000010002,
  CreateAccounts1764000010003,
  CreateDecisions1764000010004,
  KeepWhatDecisionsSaw1764000010005,
  TellManualHolds1764000010006,
];
