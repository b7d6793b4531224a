import { join } from 'node:path';
import { Command } from 'commander';
import { endOnSignals } from '../local/end-on-signals.ts';
import { describeFault, UserFault } from '../local/faults.ts';
import { readJson } from '../local/files.ts';
import { foldersOf } from '../local/folders.ts';
import { followHolds } from './follow.ts';
import { header, json, row } from './hold-board.ts';

const topic = 'cashloop.credit-hold.v1';

const command = new Command('npm run holds --')
  .description('Follows credit holds on Kafka as they are placed, changed and released, newest state per account.')
  .option('--from-beginning', 'show all holds so far first')
  .option('--json', 'one JSON text per line, for other programs')
  .addHelpText(
    'after',
    '\nThe brokers come from KAFKA_BROKERS, else from the running local system.\n\nExamples:\n  npm run holds -- --from-beginning\n  npm run -s holds -- --json | jq -r .account_id',
  )
  .parse();
const flags = command.opts<{ fromBeginning?: boolean; json?: boolean }>();

function brokers(): string[] {
  const told =
    process.env['KAFKA_BROKERS'] ??
    readJson<{ kafkaBrokers?: string }>(join(foldersOf().state, 'env.json'))?.kafkaBrokers;
  if (told === undefined || told === '')
    throw new UserFault('The local system is not running.', 'npm start -- --detach, or set KAFKA_BROKERS');
  return told.split(',').map((broker) => broker.trim());
}

let titled = flags.json === true;
const print = (text: string): void => {
  if (!titled) process.stdout.write(`${header()}\n`);
  titled = true;
  process.stdout.write(`${text}\n`);
};
process.stdout.on('error', () => process.exit(0));

try {
  const known = brokers();
  const following = await followHolds({
    brokers: known,
    topic,
    fromBeginning: flags.fromBeginning === true,
    onNews: (news) => print(flags.json === true ? json(news) : row(news)),
    onReady: () => {
      if (flags.json !== true) process.stderr.write('Following credit holds; Ctrl-C ends.\n');
    },
  });
  endOnSignals(() => following.stop(), 0);
} catch (error) {
  process.stderr.write(`${describeFault(error)}\n`);
  process.exitCode = 1;
}
