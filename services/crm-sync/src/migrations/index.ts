import { messagingMigrations } from '@cashloop/messaging/migrations';
import { CreateOrg1764000001001 } from './1764000001001-create-org.ts';
import { CreateCustomer1764000001002 } from './1764000001002-create-customer.ts';
import { CreateCustomerLink1764000001003 } from './1764000001003-create-customer-link.ts';
import { CreateMergeProposal1764000001004 } from './1764000001004-create-merge-proposal.ts';
import { LinkOtherCurrencies1764000001005 } from './1764000001005-link-other-currencies.ts';

export const migrations: Function[] = [
  ...messagingMigrations,
  CreateOrg1764000001001,
  CreateCustomer1764000001002,
  CreateCustomerLink1764000001003,
  CreateMergeProposal1764000001004,
  LinkOtherCurrencies1764000001005,
];
