import type { Command } from 'commander';
import { UserFault } from '../local/faults.ts';
import { recordAction } from './connect/audit.ts';
import { reasonOption, saidWhy } from './connect/reason.ts';
import { documentsOf, inAllOrgs, kindsOf } from './documents/owned.ts';
import { type Found, found, sendAgain, type Sent } from './documents/send-again.ts';

interface Options {
  service: string;
  type?: string[];
  customer?: string[];
  dryRun?: boolean;
  reason?: string;
}

const number = (n: number): string => n.toLocaleString('en');

async function republish({ service, type, customer, dryRun, reason }: Options): Promise<void> {
  const wrong = customer?.find((id) => !/^[1-9]\d{0,17}$/.test(id));
  if (wrong !== undefined) throw new UserFault(`"${wrong}" is no customer id.`, 'give --customer 42');
  const why = dryRun ? '' : saidWhy(reason, 'give --reason "...", which the audit keeps, or --dry-run');
  const documents = await documentsOf(service);
  const all = await found(documents, kindsOf(documents, type), customer);
  if (dryRun) {
    for (const { kind, places } of all) console.log(`${kind.kind}: ${number(places.length)} would be sent again`);
    return;
  }
  const target = targetOf(all, customer);
  await inAllOrgs(documents, (client) => recordAction(client, { service, action: 'republished', target, reason: why }));
  for (const one of all) {
    const sent = await sendAgain(documents, one, (n) => {
      if (n % 10_000 === 0) console.error(`${one.kind.kind}: ${number(n)} of ${number(one.places.length)}`);
    });
    tell(one, sent);
  }
  console.log(`The relay of ${service} sends them: same ce_id, same version. See npm run ops -- outbox ${service}`);
}

/** A document that is there and was not sent is a failure: its readers stay without it. */
function tell({ kind: { kind }, places }: Found, { stored, replaced, untold }: Sent): void {
  const others = replaced === 0 ? '' : `, ${number(replaced)} replaced meanwhile by what has told itself`;
  console.log(`${kind}: ${number(stored)} stored in the outbox${others}`);
  if (untold === 0) return;
  console.error(
    `${kind}: ${number(untold)} of ${number(places.length)} NOT sent: their rows lack what belongs to them`,
  );
  process.exitCode = 1;
}

const targetOf = (all: readonly Found[], customers: readonly string[] | undefined): string =>
  [
    all.map(({ kind, places }) => `${kind.kind} ${places.length}`).join(', '),
    ...(customers === undefined ? [] : [`customers ${customers.join(', ')}`]),
  ].join('; ');

export function register(program: Command): void {
  program
    .command('republish')
    .description(
      'send the current state of every document a service owns again, with the ce_id and version it has: for readers that lost records, and after "versions advance". Readers that have it notice nothing',
    )
    .requiredOption('--service <name>')
    .option('--type <document...>', 'as before the slash of ce_subject: invoice, credit_hold; all when left out')
    .option('--customer <id...>', 'only documents of these customers')
    .option('--dry-run', 'count and send nothing')
    .addOption(reasonOption({ optional: true }))
    .addHelpText(
      'after',
      `
Example: npm run ops -- republish --service credit-scoring --dry-run
Example: npm run ops -- republish --service credit-scoring --type credit_hold --customer 42 --reason "ERP lost a day"`,
    )
    .action(republish);
}
