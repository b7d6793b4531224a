import {
  create,
  OrgStateSchema,
  ReadingStateSchema,
  timestampFromDate,
  type Event,
  type OrgState,
  type ReadingState,
} from '@cashloop/events';
import type { CallerIdentity } from '@cashloop/service-shell';
import { DoSetLimits, type LimitOrder } from '../src/handlers/do-set-limits.ts';
import { DoSetSettings } from '../src/handlers/do-set-settings.ts';
import { OnCustomer } from '../src/handlers/on-customer.ts';
import { OnOrg } from '../src/handlers/on-org.ts';
import { OnReceivable } from '../src/handlers/on-receivable.ts';
import { ClientView, type Client } from '../src/stores/client.view.ts';
import { StateHashView } from '../src/stores/state-hash.view.ts';
import { customer, importCompleted, NOW } from './builders.ts';
import type { TestService } from './service.ts';

export const manager = (orgId = '1'): CallerIdentity => ({
  orgId,
  userId: '42',
  roles: ['admin'],
  kind: 'user',
  issuedAt: NOW,
  expiresAt: NOW,
});

export const org = (orgId = '1', baseCurrency = 'USD', version = 1): Event<OrgState> =>
  ({
    orgId,
    id: `org-${orgId}`,
    time: NOW,
    data: create(OrgStateSchema, { orgId, version, name: 'x', timeZone: 'UTC', baseCurrency }),
  }) as never;

export const reading = (asOf: Date, version = 1, orgId = '1'): Event<ReadingState> =>
  ({
    orgId,
    id: 'r',
    time: asOf,
    data: create(ReadingStateSchema, { system: 'quickbooks', company: '9341', version, asOf: timestampFromDate(asOf) }),
  }) as never;

/** What people and the master do, against the service of the running test. */
export function desk(service: () => TestService) {
  const setLimit = (clientId: string, limit: string, more: Partial<LimitOrder> = {}, orgId = '1') =>
    service()
      .get(DoSetLimits)
      .run({
        caller: manager(orgId),
        orders: [{ clientId, limit, reason: 'agreed', expiresAt: null, hold: false, path: '', ...more }],
        single: true,
      });

  const enforce = (enforcement: 'enforce' | 'observe' | 'off' = 'enforce', orgId = '1') =>
    service()
      .get(DoSetSettings)
      .run({ caller: manager(orgId), order: { enforcement } });

  const client = (id = '5', orgId = '1'): Promise<Client> =>
    service().transaction([orgId], async (tx) => (await service().get(ClientView).read(tx, orgId, id))!);

  const stateHash = (orgs = ['1']): Promise<string> =>
    service().transaction(orgs, (tx) => service().get(StateHashView).read(tx));

  /** Known, imported and enforced: ready to be judged. */
  async function readyCustomers(...ids: string[]): Promise<void> {
    await service().handle(OnOrg, org());
    await enforce();
    await service().handle(OnCustomer, ...ids.map((id) => customer({ id })));
    await service().handle(OnReceivable, ...ids.map((id) => importCompleted(id)));
  }

  return { setLimit, enforce, client, stateHash, readyCustomers };
}
