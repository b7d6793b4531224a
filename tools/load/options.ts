import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { parse as parseYaml } from 'yaml';
import { UserFault } from '../local/faults.ts';
import { fieldMeaning, fields, isField, type Field } from './columns/fields.ts';
import { checkedLimit } from './limit.ts';
import { noSettings, type Settings } from './settings.ts';
import { isPaidState } from './values/status.ts';

/** What a command line asks for. `settings` holds only what was told, by YAML file and flags. */
export interface Request {
  file: string;
  dryRun: boolean;
  verify: boolean;
  company?: string;
  rejects?: string;
  settings: Partial<Settings>;
}

interface Flags {
  dryRun?: boolean;
  verify?: boolean;
  company?: string;
  rejects?: string;
  map?: string[];
  mapping?: string;
  delimiter?: string;
  quote?: string;
  encoding?: string;
  header: boolean;
  dateFormat?: string[];
  decimal?: '.' | ',';
  currency?: string;
  currencyBy?: string;
  status?: string[];
  terms?: string;
  unknownCustomer?: string;
  zeros?: Settings['zeros'];
  limit?: string;
  shiftToToday?: boolean;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** The command with its flags and help. */
export function loadCommand(): Command {
  return new Command('npm run load --')
    .description(
      "Loads an accounts-receivable ledger (CSV, also .csv.gz, '-' for standard input) as customers, invoices and\npayments into a company of its own in the QuickBooks stand-in, and connects it. Running it again changes nothing.",
    )
    .argument('<file>', 'PATH.csv, PATH.csv.gz or -')
    .option('--dry-run', 'show the mapping and what would be loaded; load nothing')
    .option(
      '--verify',
      'compare open balances and paid invoices of the file with credit-scoring; exit status 1 on a difference',
    )
    .option('--company <name>', 'the company to load into, or to add to; made if there is none')
    .option('--map <field=column>', 'which column holds a field, by header or #3; repeat it', collect)
    .option('--mapping <file.yaml>', 'a file with these settings')
    .option('--currency <code>', 'currency of all rows')
    .option('--currency-by <rule>', 'currency by another column, as country=UK:GBP,*:EUR')
    .option('--date-format <pattern>', 'DD/MM/YYYY or MM/DD/YYYY; for one column: due_date=MM/DD/YYYY', collect)
    .addOption(new Option('--decimal <mark>', 'the mark before the decimals').choices(['.', ',']))
    .option('--status <word=state>', 'a status word of the file: paid, open, partly, void, draft, written_off', collect)
    .option('--terms <days>', 'days until due where the file does not tell')
    .option('--limit <amount>', 'credit limit of customers for whom the file has none; without it they are unrated')
    .option('--shift-to-today', 'move all dates so that the last day is today')
    .option('--unknown-customer <name>', 'take rows without a customer as those of this one')
    .addOption(
      new Option(
        '--zeros <rule>',
        'customers 0100 and 100: keep apart, merge, or merge where their names prove it',
      ).choices(['prove', 'keep', 'merge']),
    )
    .option('--delimiter <char>', 'what separates the columns; "tab" for tabs')
    .addOption(new Option('--quote <none>', 'quotes are ordinary characters').choices(['none']))
    .option('--encoding <name>', 'utf-8, latin1 or utf-16')
    .option('--no-header', 'the first line holds data; name columns as #1, #2')
    .option('--rejects <path>', 'where to write rows that cannot be loaded')
    .addHelpText('after', examples);
}

const examples = `
Fields for --map:
${fields.map((field) => `  ${field.padEnd(15)}${fieldMeaning[field]}`).join('\n')}

A mapping file holds the same names:
  columns: { customer: KUNNR, number: BELNR, date: BLDAT, due_date: NETDT, amount: WRBTR, paid_date: AUGDT }
  payments: [{ amount: Payment 1, date: Payment 1 Date }, { amount: Payment 2, date: Payment 2 Date }]
  date_format: DD.MM.YYYY
  currency_by: country=UK:GBP,*:EUR
  status: { ok: paid }

Examples:
  npm run load -- ledger.csv --dry-run
  npm run load -- ledger.csv.gz --currency EUR --limit 5000 --shift-to-today
  zcat ledger.csv.gz | npm run -s load -- - --company "My ledger" --map amount=WRBTR
  npm run load -- --verify ledger.csv`;

/** Reads arguments. @throws UserFault when one makes no sense */
export function readRequest(args: readonly string[]): Request {
  const command = loadCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (code.startsWith('commander.help')) throw error;
    throw new UserFault(
      `${(error as Error).message.replace(/^error: /, '').replace(/^./, (c) => c.toUpperCase())}.`,
      'npm run load -- --help',
    );
  }
  const flags = command.opts<Flags>();
  const file = command.args[0]!;
  const { dryRun = false, verify = false, company, rejects } = flags;
  return {
    file,
    dryRun,
    verify,
    company,
    rejects,
    settings: { ...fromYaml(flags.mapping), ...fromFlags(flags, fromYaml(flags.mapping)) },
  };
}

function fromFlags(flags: Flags, yaml: Partial<Settings>): Partial<Settings> {
  const settings: Partial<Settings> = {
    delimiter:
      flags.delimiter === undefined
        ? undefined
        : flags.delimiter === 'tab'
          ? '\t'
          : flags.delimiter.replace('\\t', '\t'),
    quote: flags.quote as 'none' | undefined,
    encoding: flags.encoding,
    header: flags.header ? undefined : false,
    date_format: dateFormats(flags.dateFormat),
    decimal: flags.decimal,
    currency: flags.currency,
    currency_by: flags.currencyBy,
    terms: flags.terms === undefined ? undefined : days(flags.terms),
    unknown_customer: flags.unknownCustomer,
    zeros: flags.zeros,
    limit: flags.limit === undefined ? undefined : checkedLimit(flags.limit),
    shift_to_today: flags.shiftToToday,
    columns: flags.map === undefined ? undefined : { ...yaml.columns, ...columns(flags.map) },
    status: flags.status === undefined ? undefined : { ...yaml.status, ...statuses(flags.status) },
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function columns(pairs: readonly string[]): Partial<Record<Field, string>> {
  return Object.fromEntries(pairs.map((pair) => checkedColumn(...split(pair, '--map', 'FIELD=COLUMN'))));
}

function checkedColumn(field: string, column: string): [Field, string] {
  if (!isField(field))
    throw new UserFault(`--map: "${field}" is no field; fields are ${fields.join(', ')}.`, 'npm run load -- --help');
  return [field, column];
}

function statuses(pairs: readonly string[]): Settings['status'] {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [word, state] = split(pair, '--status', 'WORD=STATE');
      if (!isPaidState(state))
        throw new UserFault(`--status: "${state}" is no state.`, 'use paid, open, partly, void, draft or written_off');
      return [word, state];
    }),
  );
}

function dateFormats(patterns: readonly string[] | undefined): Settings['date_format'] {
  if (patterns === undefined) return undefined;
  const general = patterns.findLast((pattern) => !pattern.includes('='));
  if (general !== undefined) return general;
  return Object.fromEntries(
    patterns.map((pattern) => checkedColumn(...split(pattern, '--date-format', 'FIELD=PATTERN'))),
  );
}

function days(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new UserFault(`--terms ${text} is no number of days.`, 'use --terms 30');
  return Number(text);
}

function split(pair: string, flag: string, shape: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1 || at === pair.length - 1)
    throw new UserFault(`${flag} "${pair}" is not ${shape}.`, 'npm run load -- --help');
  return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}

const known = new Set(
  Object.keys({
    ...noSettings(),
    delimiter: 0,
    quote: 0,
    encoding: 0,
    date_format: 0,
    decimal: 0,
    currency: 0,
    currency_by: 0,
    terms: 0,
    unknown_customer: 0,
    limit: 0,
  }),
);

function fromYaml(path: string | undefined): Partial<Settings> {
  if (path === undefined) return {};
  let value: unknown;
  try {
    value = parseYaml(readFileSync(resolve(process.env['INIT_CWD'] ?? '.', path), 'utf8'));
  } catch (error) {
    throw new UserFault(
      `The mapping file ${path} cannot be read: ${(error as Error).message.split('\n')[0]}.`,
      'npm run load -- --help shows one',
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserFault(`The mapping file ${path} holds no settings.`, 'npm run load -- --help shows one');
  const unknown = Object.keys(value).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new UserFault(
      `The mapping file ${path} has unknown settings: ${unknown.join(', ')}.`,
      `use ${[...known].join(', ')}`,
    );
  const settings = value as Partial<Settings>;
  for (const [field, column] of Object.entries(settings.columns ?? {})) checkedColumn(field, String(column));
  return {
    ...settings,
    ...(settings.limit === undefined ? {} : { limit: checkedLimit(settings.limit) }),
    columns: Object.fromEntries(
      Object.entries(settings.columns ?? {}).map(([field, column]) => [field, String(column)]),
    ),
  };
}
