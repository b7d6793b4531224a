import type { Command } from 'commander';
import { UserFault } from '../local/faults.ts';
import { compareWithKafka } from './vault/against-kafka.ts';
import { complianceCode, type Mismatch } from './vault/compliance-code.ts';
import { inVaultSnapshot } from './vault/snapshot.ts';

interface Choice {
  from?: string;
  topic?: string;
  againstKafka?: boolean;
}

const SHOWN_MAX = 20;
const count = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

async function verify({ from = '1', topic, againstKafka }: Choice): Promise<void> {
  if (!/^[1-9]\d{0,17}$/.test(from))
    throw new UserFault(`"${from}" is not a sequence.`, 'give --from a number from 1 on');
  const { checkChains } = await complianceCode();
  const mismatches = await inVaultSnapshot(async (query) => {
    const chains = await checkChains(query, { from: BigInt(from), topic });
    console.log(`chains: ${count(chains.records, 'record')} in ${count(chains.partitions, 'partition')} recomputed`);
    if (!againstKafka) return chains.mismatches;
    const broker = await compareWithKafka(query, topic);
    const rest = [
      `${count(broker.repeats, 'repeat')}`,
      `${broker.later} not stored yet`,
      `${broker.dropped} no longer on the broker`,
    ];
    console.log(`kafka: ${count(broker.compared, 'record')} compared, ${rest.join(', ')}`);
    return [...chains.mismatches, ...broker.mismatches];
  });
  if (mismatches.length === 0) return console.log('vault: every record is as it was stored');
  for (const mismatch of mismatches.slice(0, SHOWN_MAX)) console.error(sentence(mismatch));
  console.error(`vault: ${count(mismatches.length, 'mismatch').replace('mismatchs', 'mismatches')}`);
  process.exitCode = 1;
}

const sentence = ({ topic, partition, sequence, why }: Mismatch): string =>
  `MISMATCH ${topic}/${partition}${sequence > 0n ? ` record ${sequence}` : ''}: ${why}`;

export function register(program: Command): void {
  const vault = program.command('vault').description('the append-only log of every record of every topic');
  vault
    .command('verify')
    .description(
      "recompute every chain and compare its end with the heads table; exit status 1 names each chain's first bad record",
    )
    .option('--from <sequence>', 'begin at this record of each partition and trust the chain before it')
    .option('--topic <name>', 'one topic only')
    .option('--against-kafka', 'also read Kafka from its first record and compare byte for byte')
    .addHelpText('after', '\nExample: npm run ops -- vault verify --against-kafka')
    .action(verify);
}
