import { createHash } from 'node:crypto';
import { child, instant, list, parseQbo, text, type QboObject } from './quickbooks.json.ts';
import type { QboEntity } from './quickbooks.mapping.ts';

/** One announced change. Webhooks carry no amounts: it only says what to read again. */
export interface WebhookItem {
  /** Same for every delivery of the same announcement. */
  dedupKey: string;
  realmId: string;
  entity: QboEntity;
  externalId: string;
  /** ISO instant. */
  at: string;
}

const ENTITIES: Record<string, QboEntity> = {
  customer: 'Customer',
  invoice: 'Invoice',
  payment: 'Payment',
  creditmemo: 'CreditMemo',
};

/**
 * Reads both formats: the CloudEvents array and the older eventNotifications. Items about anything else than what we
 * read, and malformed ones, are left out: the sweep of the change feed finds what they meant.
 * @throws SyntaxError when the body is not JSON
 */
export function webhookItems(body: string): WebhookItem[] {
  const parsed = parseQbo(body);
  const objects = (Array.isArray(parsed) ? parsed : [parsed]) as QboObject[];
  return objects.flatMap((object) => {
    if (typeof object !== 'object' || object === null) return [];
    return 'eventNotifications' in object ? list(object, 'eventNotifications').flatMap(oldItems) : cloudEvent(object);
  });
}

function cloudEvent(object: QboObject): WebhookItem[] {
  const [, entity = ''] = text(object, 'type').toLowerCase().split('.');
  return item(entity, {
    dedupKey: text(object, 'id'),
    realmId: text(object, 'intuitaccountid'),
    externalId: text(object, 'intuitentityid'),
    at: text(object, 'time'),
  });
}

function oldItems(notification: QboObject): WebhookItem[] {
  const realmId = text(notification, 'realmId');
  return list(child(notification, 'dataChangeEvent'), 'entities').flatMap((one) => {
    const externalId = text(one, 'id');
    const at = text(one, 'lastUpdated');
    const told = [realmId, text(one, 'name'), externalId, text(one, 'operation'), at].join('|');
    // The old format has no id: what it says stands for it.
    const dedupKey = createHash('sha256').update(told).digest('hex');
    return item(text(one, 'name').toLowerCase(), { dedupKey, realmId, externalId, at });
  });
}

function item(entityWord: string, fields: Omit<WebhookItem, 'entity'>): WebhookItem[] {
  const entity = ENTITIES[entityWord];
  if (entity === undefined || !/^\d{1,30}$/.test(fields.externalId)) return [];
  if (fields.realmId === '' || fields.dedupKey === '') return [];
  return [{ ...fields, entity, at: instantOrEmpty(fields.at) }];
}

function instantOrEmpty(value: string): string {
  try {
    return instant(value);
  } catch {
    return '';
  }
}
