import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TopicDef } from '@cashloop/events';
import { committedFiles, root, textOf } from '../tidy/sources.ts';

/**
 * A projection's offset is behind every event it has seen, those it skipped for their type included: one that newly takes a
 * type starts in the middle of it, and nothing says so. So what each projection takes is written down.
 */
const golden = join(import.meta.dirname, 'projections.golden.txt');

/** What @Handles and @HandlesRaw leave on a method (libs/messaging/src/handles.ts). */
interface Subscription {
  readonly projection: string;
  readonly topic?: TopicDef;
  readonly topics?: readonly string[];
}

/** `service projection topic type`; a raw projection takes records of any type. */
const linesOf = (service: string, { projection, topic, topics = [] }: Subscription): string[] => [
  ...topics.map((name) => `${service} ${projection} ${name} *`),
  ...Object.keys(topic?.types ?? {}).map((type) => `${service} ${projection} ${topic?.name} ${type}`),
];

const MARK = /^ *@Handles(Raw)?\(/gm;
const handlerFiles = committedFiles().filter(
  (file) => /^services\/.*\/src\/.*(?<!\.spec)\.ts$/.test(file) && textOf(file).search(MARK) >= 0,
);

async function subscriptionsIn(file: string): Promise<Subscription[]> {
  const found = Object.values((await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>)
    .filter((one) => typeof one === 'function')
    .flatMap((one) => Object.values(Object.getOwnPropertyDescriptors((one.prototype ?? {}) as object)))
    .flatMap(({ value }: PropertyDescriptor) => (typeof value === 'function' ? [value as object] : []))
    .flatMap((method) => {
      const key = Reflect.getMetadataKeys(method).find((one) => String(one) === 'Symbol(cashloop:handles)') as unknown;
      return key === undefined ? [] : [Reflect.getMetadata(key, method) as Subscription];
    });
  if (found.length !== textOf(file).match(MARK)?.length) throw new Error(`not every handler of ${file} was found`);
  return found;
}

async function handledNow(): Promise<string[]> {
  const lines: string[] = [];
  for (const file of handlerFiles)
    lines.push(...(await subscriptionsIn(file)).flatMap((one) => linesOf(file.split('/')[1] as string, one)));
  return lines.sort();
}

const nameIn = (line: string): string => line.split(' ', 2).join(' ');
const rawIn = (line: string): boolean => line.endsWith(' *');

let now: string[];
const known = existsSync(golden) ? readFileSync(golden, 'utf8').split('\n').filter(Boolean) : [];
const names = new Set(known.map(nameIn));
beforeAll(async () => {
  now = await handledNow();
}, 60_000);

/** Raw projections read each topic from its own start and skip no type. */
const added = (): string[] =>
  now.filter((line) => names.has(nameIn(line)) && !rawIn(line)).filter((line) => !known.includes(line));

test('a projection takes no topic or type that it did not take before', () => {
  expect(
    added().map((line) => {
      const [service, projection, topic, type] = line.split(' ');
      return `${service}: ${projection} newly takes ${type} of ${topic}. Give the handler a new projection name, which is built from the start (libs/messaging/README.md), and write that name down`;
    }),
  ).toEqual([]);
});

test('every projection is written down with what it takes', () => {
  const current = new Set(now.map(nameIn));
  // Names that are gone stay in the list: one that comes back goes on at its old offset.
  const wanted = [...now, ...known.filter((line) => !current.has(nameIn(line)))].sort();
  if (process.env['WRITE_GOLDEN'] === '1' && added().length === 0) writeFileSync(golden, `${wanted.join('\n')}\n`);
  const written = readFileSync(golden, 'utf8').split('\n').filter(Boolean);
  const fresh = wanted.filter((line) => !written.includes(line) && !added().includes(line));
  const gone = written.filter((line) => !wanted.includes(line));
  const told = 'WRITE_GOLDEN=1 npm test -- projections (in tools) writes it down';
  expect([
    ...fresh.map((line) => `new: ${line}. ${told}`),
    ...gone.map((line) => `no longer taken: ${line}. ${told}`),
  ]).toEqual([]);
});
