import { webhookItems } from './quickbooks.webhook.ts';

const event = (fields: object) => ({
  specversion: '1.0',
  id: '0b8e',
  source: 'intuit.dsn',
  type: 'qbo.invoice.updated.v1',
  time: '2026-11-21T02:31:25.179851517Z',
  intuitentityid: '412',
  intuitaccountid: '4620816365000000000',
  data: {},
  ...fields,
});

test('CloudEvents: one body may mix companies and entities', () => {
  const body = [
    event({}),
    event({ id: '2', type: 'qbo.creditmemo.VOID.v1', intuitaccountid: '9', intuitentityid: '7' }),
    event({ id: '3', type: 'qbo.vendor.created.v1' }),
  ];
  expect(webhookItems(JSON.stringify(body))).toEqual([
    {
      dedupKey: '0b8e',
      realmId: '4620816365000000000',
      entity: 'Invoice',
      externalId: '412',
      at: '2026-11-21T02:31:25.179Z',
    },
    { dedupKey: '2', realmId: '9', entity: 'CreditMemo', externalId: '7', at: '2026-11-21T02:31:25.179Z' },
  ]);
});

test('the old format is read too, and the same announcement has the same key', () => {
  const old = {
    eventNotifications: [
      {
        realmId: '9',
        dataChangeEvent: {
          entities: [{ name: 'Payment', id: '5', operation: 'Update', lastUpdated: '2026-11-21T02:31:25-0700' }],
        },
      },
    ],
  };
  const [item] = webhookItems(JSON.stringify(old));
  expect(item).toMatchObject({ realmId: '9', entity: 'Payment', externalId: '5', at: '2026-11-21T09:31:25.000Z' });
  expect(webhookItems(JSON.stringify(old))[0]!.dedupKey).toBe(item!.dedupKey);
});

test('an id that could break a query is left out', () => {
  expect(webhookItems(JSON.stringify([event({ intuitentityid: "1' or '1'='1" })]))).toEqual([]);
});
