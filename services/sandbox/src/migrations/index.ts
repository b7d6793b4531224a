import { CreateAccess1764000000103 } from './create-access.ts';
import { CreateCompany1764000000101 } from './create-company.ts';
import { CreateDocuments1764000000102 } from './create-documents.ts';
import { CreateWebhookEvent1764000000104 } from './create-webhook-event.ts';

/** In order. The stand-in has no topics, hence none of messaging's tables. */
export const migrations: Function[] = [
  CreateCompany1764000000101,
  CreateDocuments1764000000102,
  CreateAccess1764000000103,
  CreateWebhookEvent1764000000104,
];
