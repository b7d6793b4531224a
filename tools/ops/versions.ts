import type { Command } from 'commander';
import { advanceVersions } from '@cashloop/messaging/ops';
import { UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { reasonOption } from './connect/reason.ts';
import { documentsOf, inAllOrgs } from './documents/owned.ts';
import { standStill } from './documents/standstill.ts';

interface Options {
  service: string;
  by: string;
  reason: string;
}

const BY_MAX = 1_000_000;

async function advance({ service, by, reason }: Options): Promise<void> {
  const steps = Number(by);
  if (!/^[1-9]\d*$/.test(by) || steps > BY_MAX)
    throw new UserFault(`"${by}" is not a number of versions.`, `give --by a number from 1 to ${BY_MAX}`);
  const documents = await documentsOf(service);
  // All or nothing, and once: a second advance would only leave a larger gap, half an advance would be overtaken.
  const counts = await inAllOrgs(documents, async (client, query) => {
    await standStill(query, documents);
    await query('set local statement_timeout = 0');
    const raised: [kind: string, documents: number][] = [];
    for (const kind of documents.kinds) {
      const count = await advanceVersions(query, kind, steps);
      if (count > 0) raised.push([kind.kind, count]);
    }
    const target = `${raised.map(([kind, n]) => `${kind} ${n}`).join(', ')}: by ${steps}`;
    await recordAction(client, { service, action: 'versions_advanced', target, reason });
    return raised;
  });
  for (const [kind, count] of counts) console.log(`${kind}: ${count.toLocaleString('en')} raised by ${steps}`);
  if (counts.length === 0) console.log(`${service} has no documents yet.`);
  console.log(`Readers do not know yet. Next: npm run ops -- republish --service ${service} --reason "..."`);
}

export function register(program: Command): void {
  const versions = program.command('versions').description('the versions of the documents a service owns');
  versions
    .command('advance')
    .description(
      'after a restore from a backup: raise the version of every document, so that readers, which keep the highest, take ours and not the ones that the backup had not seen. Choose N above the changes a document can have had since the backup. It is refused while the service runs. Then "republish"',
    )
    .requiredOption('--service <name>')
    .requiredOption('--by <n>', `how many versions, 1 to ${BY_MAX}`)
    .addOption(reasonOption())
    .addHelpText(
      'after',
      '\nExample: npm run ops -- versions advance --service credit-scoring --by 1000 --reason "restored the backup of 02:00"',
    )
    .action(advance);
}
