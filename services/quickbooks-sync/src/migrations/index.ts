import { CreateOrg1764000000101 } from './create-org.ts';
import { CreateCompanyRoute1764000000102 } from './create-company-route.ts';
import { CreateConnection1764000000103 } from './create-connection.ts';
import { CreateOauthState1764000000104 } from './create-oauth-state.ts';
import { CreateCustomer1764000000105 } from './create-customer.ts';
import { CreateCustomerLink1764000000106 } from './create-customer-link.ts';
import { CreateExternalCustomer1764000000107 } from './create-external-customer.ts';
import { CreateCustomerImport1764000000108 } from './create-customer-import.ts';
import { CreateDocument1764000000109 } from './create-document.ts';
import { CreatePaymentTarget1764000000110 } from './create-payment-target.ts';
import { CreateChangeHint1764000000111 } from './create-change-hint.ts';
import { CreateInvoiceLinks1764000000112 } from './create-invoice-links.ts';
import { CreateCustomerWrite1764000000113 } from './create-customer-write.ts';
import { CreateMisreadDocument1764000000114 } from './create-misread-document.ts';
import { CreateReadBudget1764000000115 } from './create-read-budget.ts';
import { CreateCustomerUpdate1764000000116 } from './create-customer-update.ts';
import { connectorMigrations } from '@cashloop/connector-kit/migrations';
import { messagingMigrations } from '@cashloop/messaging/migrations';

/** All tables of this service, in order. */
export const migrations: Function[] = [
  ...messagingMigrations,
  ...connectorMigrations,
  CreateOrg1764000000101,
  CreateCompanyRoute1764000000102,
  CreateConnection1764000000103,
  CreateOauthState1764000000104,
  CreateCustomer1764000000105,
  CreateCustomerLink1764000000106,
  CreateExternalCustomer1764000000107,
  CreateCustomerImport1764000000108,
  CreateDocument1764000000109,
  CreatePaymentTarget1764000000110,
  CreateChangeHint1764000000111,
  CreateInvoiceLinks1764000000112,
  CreateCustomerWrite1764000000113,
  CreateMisreadDocument1764000000114,
  CreateReadBudget1764000000115,
  CreateCustomerUpdate1764000000116,
];
