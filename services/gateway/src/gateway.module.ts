import { Module } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import type { ServiceReplay } from '@cashloop/messaging/replay';
import { ServiceShellModule } from '@cashloop/service-shell';
import { GatewayConfig } from './config.ts';
import { LoginThrottle } from './connectors/rate-counter/login-throttle.ts';
import { RateCounter } from './connectors/rate-counter/rate-counter.ts';
import { ServiceDocuments } from './connectors/services/service-documents.ts';
import { TokenSigner } from './connectors/signing-key/token-signer.ts';
import { DoChangeClient } from './handlers/do-change-client.ts';
import { DoChangeOrg } from './handlers/do-change-org.ts';
import { DoChangePassword } from './handlers/do-change-password.ts';
import { DoChangeUser } from './handlers/do-change-user.ts';
import { DoCreateClient } from './handlers/do-create-client.ts';
import { DoCreateUser } from './handlers/do-create-user.ts';
import { DoSignIn } from './handlers/do-sign-in.ts';
import { OnCreditHolds } from './handlers/on-credit-holds.ts';
import { RunFirstStart } from './handlers/run-first-start.ts';
import { AuthController } from './http/auth.controller.ts';
import { ClientsController } from './http/clients.controller.ts';
import { FeedWatch } from './http/feed-watch.ts';
import { HoldStreamController } from './http/hold-stream.controller.ts';
import { OrgController } from './http/org.controller.ts';
import { UsersController } from './http/users.controller.ts';
import { migrations } from './migrations/index.ts';
import { AccountView } from './stores/account.view.ts';
import { ActiveCallers } from './stores/active-callers.view.ts';
import { ClientStore } from './stores/client.store.ts';
import { HoldFeedStore } from './stores/hold-feed.store.ts';
import { HoldFeedView } from './stores/hold-feed.view.ts';
import { LoginStore } from './stores/login.store.ts';
import { OrgStore } from './stores/org.store.ts';
import { UserStore } from './stores/user.store.ts';

const handlers = [
  OnCreditHolds,
  RunFirstStart,
  DoSignIn,
  DoChangePassword,
  DoCreateUser,
  DoChangeUser,
  DoCreateClient,
  DoChangeClient,
  DoChangeOrg,
];
const stores = [OrgStore, LoginStore, UserStore, ClientStore, HoldFeedStore, AccountView, ActiveCallers, HoldFeedView];
const connectors = [RateCounter, LoginThrottle, TokenSigner, ServiceDocuments];

@Module({
  imports: [
    ServiceShellModule.forRoot({ name: 'gateway', config: GatewayConfig, migrations, publishes: [topicDefs.org] }),
  ],
  providers: [...handlers, ...stores, ...connectors, FeedWatch],
  controllers: [AuthController, UsersController, ClientsController, OrgController, HoldStreamController],
})
export class GatewayModule {}

/** How `ops -- replay` rebuilds what this service makes of events. Numbers of the feed follow arrival, so they are left out. */
export const replay: ServiceReplay = {
  service: 'gateway',
  migrations,
  providers: [OnCreditHolds, HoldFeedStore],
  projections: {
    'gateway-hold-feed': {
      state: `select concat_ws(':', 'hold', org_id, account_id, version, held) as line from hold_feed
        where $1::bigint[] is null or account_id = any($1)`,
    },
  },
  orgs: 'select id as org_id from org order by id',
};

/** What `ops -- republish` sends again. */
export { documents } from './stores/owned-documents.view.ts';
