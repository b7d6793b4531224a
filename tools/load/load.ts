import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { formatDecimal } from '@cashloop/money';
import { DateTime } from 'luxon';
import { UserFault } from '../local/faults.ts';
import { readJson, writeJson } from '../local/files.ts';
import { openSource, type Source } from './input/source.ts';
import { otherName } from './ledger/customer-book.ts';
import { withIdentity } from './ledger/identity.ts';
import { KnownDocuments } from './ledger/known-documents.ts';
import { prepare, understand, type Prepared } from './ledger/prepare.ts';
import { removeRejects } from './ledger/rejects.ts';
import { limitIn } from './limit.ts';
import { fileName, Memory, type CompanyMemory } from './memory.ts';
import { readRequest, type Request } from './options.ts';
import { awaitCredit, awaitImport, documentsRead } from './send/follow.ts';
import { Gateway } from './send/gateway.ts';
import { linkCurrencies, manySided } from './send/link-currencies.ts';
import { setLimits, type LimitOrder } from './send/limits.ts';
import { Meter } from './send/meter.ts';
import { Refusals } from './send/refusals.ts';
import { sendRows } from './send/send-rows.ts';
import { findStack, type LocalStack } from './send/stack.ts';
import { StandIn } from './send/stand-in.ts';
import { noSettings, type Settings } from './settings.ts';
import { showMapping, showPlan } from './show.ts';
import { agree, showComparison, verify } from './verify.ts';

/** What the loader needs of its surroundings; tests bring their own. */
export interface Surroundings {
  say: (text: string) => void;
  stdin: Readable;
  today: string;
  memory: Memory;
  stack: () => Promise<LocalStack>;
  /** Pauses between questions while waiting for the services, and how long they may show no progress. */
  pace?: { everyMs?: number; stillMs?: number };
}

export const realSurroundings = (): Surroundings => ({
  say: (text) => void process.stdout.write(`${text}\n`),
  stdin: process.stdin,
  today: DateTime.local().toISODate(),
  memory: new Memory(),
  stack: findStack,
});

interface Job extends Surroundings {
  request: Request;
  source: Source;
  company: string;
  settings: Settings;
  remembered: CompanyMemory | undefined;
}

/**
 * Runs the command.
 * @returns its exit status: 1 when --verify finds a difference
 * @throws UserFault
 */
export async function load(args: readonly string[], around: Surroundings = realSurroundings()): Promise<number> {
  const request = readRequest(args);
  const source = await openSource(request.file, join(around.memory.folder, 'spool'), around.stdin);
  try {
    const company = request.company ?? around.memory.nameFor(source);
    const remembered = around.memory.of(company);
    const sameFile = remembered?.file === fileName(source);
    const settings = { ...noSettings(), ...(sameFile ? remembered.settings : {}), ...request.settings };
    if (sameFile) sayRemembered(around, remembered.settings, request.settings);
    return await run({ ...around, request, source, company, settings, remembered });
  } finally {
    if (request.file === '-') rmSync(source.path, { force: true });
  }
}

function sayRemembered({ say }: Surroundings, before: Partial<Settings>, told: Partial<Settings>): void {
  const kept = Object.entries(before).filter(([name]) => !(name in told));
  if (kept.length > 0)
    say(
      `As when this file was loaded: ${kept.map(([name, value]) => `${name.replaceAll('_', '-')} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', ')}.`,
    );
}

async function run(job: Job): Promise<number> {
  const { request, say } = job;
  const opened = understand(job.source, job.settings);
  say(showMapping(opened));
  const stack = request.dryRun ? undefined : await job.stack();
  const isThere = stack === undefined || (await new StandIn(stack).realmOf(job.company)) !== undefined;
  const rowsGoOut = !request.dryRun && !request.verify;
  const folder = job.memory.folderOf(job.company);
  const ownRejects = join(folder, 'rejects.csv');
  const rejectsPath =
    request.rejects === undefined ? ownRejects : resolve(process.env['INIT_CWD'] ?? '.', request.rejects);
  rmSync(ownRejects, { force: true });
  const kept = isThere ? job.remembered : undefined;
  const known = kept === undefined ? new KnownDocuments() : KnownDocuments.read(knownFile(job));
  const meter = new Meter('reading', Math.round((2 * job.source.bytes) / 1e5) / 10, 'MB');
  const prepared = await prepare(opened, job.settings, {
    today: job.today,
    // A company that was reset since begins anew, and so do its last day and the names of its documents.
    shifted: kept?.shifts[job.source.sha256],
    identities: kept?.identities,
    known,
    folder: rowsGoOut ? folder : undefined,
    rejectsPath,
    onPass: (pass, bytes) => meter.to(Math.round((bytes + (pass - 1) * job.source.bytes) / 1e5) / 10),
  });
  meter.to(Math.round((2 * job.source.bytes) / 1e5) / 10);
  meter.done();
  if (prepared.rejects.count === 0)
    for (const old of [rejectsPath, job.remembered?.rejects ?? rejectsPath]) removeRejects(old);
  say(showPlan(prepared));
  // Limits come last, when all rows are loaded: too late to find that a currency has fewer decimals.
  if (job.settings.limit !== undefined && !request.verify)
    for (const { currency, limit } of prepared.customers)
      if (limit === undefined) limitIn(job.settings.limit, currency);
  if (stack === undefined) {
    say(`Nothing was loaded (--dry-run). The company would be "${job.company}".`);
    return 0;
  }
  if (prepared.customers.length === 0)
    throw new UserFault(
      `${job.source.name} holds no document that can be loaded.`,
      'npm run load -- FILE --dry-run, and --map or --mapping for its columns',
    );
  return request.verify ? verifyFile(job, prepared, stack) : loadFile({ ...job, known }, prepared, stack);
}

async function verifyFile(job: Job, prepared: Prepared, stack: LocalStack): Promise<number> {
  const realm = await new StandIn(stack).realmOf(job.company);
  if (realm === undefined)
    throw new UserFault(
      `There is no company "${job.company}" in the stand-in.`,
      `npm run load -- ${job.request.file}, or --company NAME if it was loaded into another one`,
    );
  const comparisons = await verify(prepared.writer.totals, new Gateway(stack), realm, job.pace);
  job.say(`\nCompany "${job.company}" (${realm}):\n${showComparison(comparisons)}`);
  job.say(
    agree(comparisons)
      ? 'Both sides agree.'
      : 'The two sides differ: payments since the load, other files in the company, or rows still on their way.',
  );
  return agree(comparisons) ? 0 : 1;
}

async function loadFile(job: Job & { known: KnownDocuments }, prepared: Prepared, stack: LocalStack): Promise<number> {
  const { memory, company, source, say } = job;
  const standIn = new StandIn(stack);
  const gateway = new Gateway(stack);
  const { realm_id: realm, created } = await standIn.company(company, homeCurrency(prepared));
  const remembered = created ? undefined : memory.of(company);
  memory.keep(company, {
    file: fileName(source),
    realm,
    settings: {
      ...(job.remembered?.file === fileName(source) ? job.remembered.settings : {}),
      ...job.request.settings,
    },
    shifts: {
      ...remembered?.shifts,
      ...(prepared.plan.shiftDays === 0 ? {} : { [source.sha256]: prepared.plan.shiftDays }),
    },
    identities: withIdentity(remembered?.identities ?? [], prepared.plan.identity, prepared.mapping.headers),
    rejects: prepared.rejects.count === 0 ? undefined : prepared.rejects.path,
    ...(created ? { sending: undefined } : {}),
  });
  job.known.keep(knownFile(job));
  say(`\nLoading into "${company}" (${realm})${created ? ', a new company' : ''}.`);
  const before = await documentsRead(gateway, realm);
  const refusals = new Refusals(join(memory.folderOf(company), 'refused.ndjson'));
  rmSync(refusals.path, { force: true });
  if (created) rmSync(limitsFile(job), { force: true });
  // A run that was stopped between its last call and the sweep left rows that nobody announced.
  const interrupted = memory.of(company)?.sending !== undefined;
  const sent = await send(job, prepared, standIn, realm, refusals);
  refusals.close();
  say(
    `${sent.created} rows are new, ${sent.skipped} were there already, ${sent.refused} were refused${sent.refused === 0 ? '.' : `, written to ${refusals.path}:`}`,
  );
  for (const [reason, count] of refusals.reasons().slice(0, 5)) say(`  ${count} x ${reason}`);
  await connect(gateway, realm, sent.created > 0 || interrupted);
  // Of a company not connected so far everything is read, also what an interrupted run had sent.
  const expected =
    before === 0 ? prepared.customers.length + documentsIn(prepared) - sent.refused : before + sent.created;
  await awaitImport(gateway, realm, expected, job.pace);
  await awaitCredit(gateway, realm, documentsIn(prepared) - sent.refused, {
    ...job.pace,
    stillMs: job.pace?.stillMs ?? 20_000,
  });
  await link(job, prepared, gateway, realm);
  await giveLimits(job, prepared, gateway, realm);
  memory.keep(company, { file: fileName(source), sending: undefined });
  say(
    `Done. Compare both sides with: npm run load -- --verify ${job.request.file}${job.request.company === undefined ? '' : ` --company "${company}"`}`,
  );
  return 0;
}

const documentsIn = ({ spools }: Prepared): number => spools.slice(1).reduce((sum, { rows }) => sum + rows, 0);

/** The company's own currency: that of most of its customers. */
function homeCurrency({ customers }: Prepared): string {
  const counts = new Map<string, number>();
  for (const { currency } of customers) counts.set(currency, (counts.get(currency) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}

async function send(
  job: Job,
  prepared: Prepared,
  standIn: StandIn,
  realm: string,
  refusals: Refusals,
): ReturnType<typeof sendRows> {
  const { memory, company, source } = job;
  const rows = digest([
    source.sha256,
    JSON.stringify(job.settings),
    String(prepared.plan.shiftDays),
    realm,
    ...prepared.spools.map((spool) => String(spool.rows)),
  ]);
  const stopped = memory.of(company)?.sending;
  const done = stopped?.rows === rows ? stopped.done : 0;
  if (done > 0) job.say(`Going on where the last run stopped, after ${done} calls.`);
  const meter = new Meter(
    'sending',
    prepared.spools.reduce((sum, spool) => sum + spool.rows, 0),
    'rows',
  );
  const position = {
    done,
    advance: (calls: number) => memory.keep(company, { file: fileName(source), sending: { rows, done: calls } }),
  };
  const sent = await sendRows(standIn, realm, prepared.spools, position, refusals, (count) => meter.to(count));
  meter.done();
  return sent;
}

async function connect(gateway: Gateway, realm: string, hasNews: boolean): Promise<void> {
  const known = await gateway.company(realm);
  if (known === undefined || known.state === 'needs_reconsent') await gateway.connect(realm);
  else if (hasNews && known.state === 'live') await gateway.sweep();
}

/** A customer of the ledger with several currencies has become several, which the customer master ties. */
async function link(job: Job, prepared: Prepared, gateway: Gateway, realm: string): Promise<void> {
  const parties = manySided(prepared.customers);
  if (parties.length === 0) return;
  const { linked, failed } = await linkCurrencies(gateway, realm, parties);
  job.say(
    `Customers with several currencies, each one customer per currency: ${parties.length}; newly linked: ${linked}${failed === 0 ? '.' : `; not linked: ${failed} (run the same command again).`}`,
  );
}

/** Limits of the file, else --limit, else none. Each is sent once: later changes by people stay. */
async function giveLimits(job: Job, prepared: Prepared, gateway: Gateway, realm: string): Promise<void> {
  const general = job.settings.limit;
  const orders: LimitOrder[] = prepared.customers.flatMap((customer) => {
    const minor = customer.limit ?? (general === undefined ? undefined : limitIn(general, customer.currency));
    return minor === undefined
      ? []
      : [
          {
            names: [customer.display_name, otherName(customer)],
            currency: customer.currency,
            limit: formatDecimal(minor, customer.currency),
          },
        ];
  });
  if (orders.length === 0) return job.say('No limits: the customers are unrated (--limit AMOUNT gives them one).');
  const file = limitsFile(job);
  const before = readJson<{ realm: string; limits: Record<string, string> }>(file);
  const known = before?.realm === realm ? before.limits : {};
  const news = orders.filter(({ names, limit }) => known[names[0]!] !== limit);
  if (news.length === 0) return job.say('Limits were set before and are left as they are.');
  const { set, unknown } = await setLimits(gateway, realm, news, `ledger ${job.company}`.slice(0, 200));
  const done = news.filter(({ names }) => !unknown.includes(names[0]!)).map(({ names, limit }) => [names[0]!, limit]);
  writeJson(file, { realm, limits: { ...known, ...Object.fromEntries(done) } });
  job.say(
    `${set} limits set${unknown.length === 0 ? '' : `; ${unknown.length} customers are not known yet (run the same command again)`}.`,
  );
}

const knownFile = ({ memory, company }: Job): string => join(memory.folderOf(company), 'known-documents.bin');
const limitsFile = ({ memory, company }: Job): string => join(memory.folderOf(company), 'limits.json');

const digest = (texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32);
