import { CreateConsumerOffset1700000000002 } from './create-consumer-offset.ts';
import { CreateDeadLetter1700000000004 } from './create-dead-letter.ts';
import { CreateInbox1700000000003 } from './create-inbox.ts';
import { CreateOutbox1700000000001 } from './create-outbox.ts';
import { CreateProjectionSwitch1700000000005 } from './create-projection-switch.ts';

/**
 * Messaging's own tables. Every service puts these before its own migrations. They hold no business data of their own
 * and work for all orgs at once, so row-level security does not cover them.
 */
export const messagingMigrations: Function[] = [
  CreateOutbox1700000000001,
  CreateConsumerOffset1700000000002,
  CreateInbox1700000000003,
  CreateDeadLetter1700000000004,
  CreateProjectionSwitch1700000000005,
];
