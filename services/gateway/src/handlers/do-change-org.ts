import { Injectable } from '@nestjs/common';
import { Commands, type CommandReply } from '@cashloop/messaging';
import { ProblemError } from '@cashloop/service-shell';
import { changeOrg, orgFaults, type Org, type OrgChange } from '../domain/org.ts';
import { orgUpserted } from '../domain/org-upserted.ts';
import { OrgStore } from '../stores/org.store.ts';

/** An org as the API shows it. */
export const orgReply = (org: Org): object => ({
  id: Number(org.id),
  version: org.version,
  name: org.name,
  time_zone: org.timeZone,
  base_currency: org.baseCurrency,
  calendar: org.calendar,
});

@Injectable()
export class DoChangeOrg {
  constructor(
    private readonly commands: Commands,
    private readonly orgs: OrgStore,
  ) {}

  async run(orgId: string, change: OrgChange, idempotencyKey: string | undefined): Promise<CommandReply> {
    const errors = orgFaults(change);
    if (errors.length > 0) {
      const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
      throw new ProblemError({ status: 400, code: 'request.invalid', detail, errors });
    }
    return this.commands.run({ orgId, name: 'change-org', idempotencyKey, body: change }, async ({ tx, now }) => {
      const org = await this.orgs.lock(tx, orgId);
      if (org === undefined) throw ProblemError.notFound('org.not_found', `there is no org ${orgId}`);
      const decision = changeOrg(org, change);
      if (decision.kind === 'unchanged') return { reply: orgReply(org), events: [] };
      await this.orgs.save(tx, decision.org, now);
      return { reply: orgReply(decision.org), events: [orgUpserted(decision.org, now)] };
    });
  }
}
