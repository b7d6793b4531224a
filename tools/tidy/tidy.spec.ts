import { bannedPaths, shapeFaults } from './shape.ts';
import { committedFiles, textOf } from './sources.ts';

const files = committedFiles();
const sources = files.filter(
  (file) => /\.(ts|mjs|js)$/.test(file) && !file.includes('/generated/') && !file.endsWith('.d.ts'),
);
const services = [...new Set(files.filter((file) => file.startsWith('services/')).map((file) => file.split('/')[1]!))];

test.each(services)('%s has the shape of every service', (service) => {
  const prefix = `services/${service}/`;
  const own = files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
  expect(shapeFaults(service, own)).toEqual([]);
});

test('no file has more than 400 lines', () => {
  expect(sources.filter((file) => textOf(file).split('\n').length > 401)).toEqual([]);
});

test('no file or folder is named for nothing', () => {
  expect(bannedPaths(files)).toEqual([]);
});

test('nothing is left for later in the code', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
  expect(sources.filter((file) => marks.test(textOf(file)))).toEqual([]);
});

test('no test is skipped or focused', () => {
  const marks = new RegExp(
    `\\b(it|test|describe)\\.(${['sk' + 'ip', 'on' + 'ly', 'to' + 'do'].join('|')})\\b|\\bx(it|test|describe)\\(`,
  );
  expect(sources.filter((file) => file.endsWith('.spec.ts') && marks.test(textOf(file)))).toEqual([]);
});

test.each(services)('the README of %s has the headings a reader looks for', (service) => {
  const readme = textOf(`services/${service}/README.md`);
  const missing = ['Owns', 'Leaves to others', 'Events in', 'Events out', 'Tables', 'States', 'Alerts', 'Start'].filter(
    (heading) => !readme.includes(heading),
  );
  expect(missing).toEqual([]);
});

const alertNames = (): string[] =>
  files
    .filter((file) => /^prometheus\/rules\/.*\.ya?ml$/.test(file))
    .flatMap((file) => [...textOf(file).matchAll(/^\s*- alert:\s*(\w+)/gm)].map((match) => match[1]!));

test('every alert has a runbook, every runbook an alert, with the same four headings', () => {
  const alerts = alertNames();
  const runbooks = files.filter((file) => file.startsWith('docs/runbooks/')).map((file) => file.slice(14, -3));
  expect(alerts.length).toBeGreaterThan(0);
  expect([...runbooks].filter((name) => name !== 'README').sort()).toEqual([...new Set(alerts)].sort());
  for (const name of alerts) {
    const text = textOf(`docs/runbooks/${name}.md`);
    expect([
      name,
      ...['# ', '## Meaning', '## Impact', '## Diagnosis', '## Mitigation'].filter((part) => !text.includes(part)),
    ]).toEqual([name]);
  }
});

test('a service of another shape is refused', () => {
  const faults = shapeFaults('x', [
    'src/main.ts',
    'src/utils/a.ts',
    'src/handlers/handle.ts',
    'src/stores/db.ts',
    'src/other.ts',
  ]);
  expect(faults).toHaveLength(8);
});

test('links in the documents lead somewhere', () => {
  const known = new Set(files);
  const broken = files
    .filter((file) => file.endsWith('.md') && !file.startsWith('libs/events/test'))
    .flatMap((file) =>
      [...textOf(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
        .map((match) => new URL(match[1]!, `file:///${file}`).pathname.slice(1).replace(/\/$/, ''))
        .filter((target) => !known.has(target) && ![...known].some((path) => path.startsWith(`${target}/`)))
        .map((target) => `${file} -> ${target}`),
    );
  expect(broken).toEqual([]);
});
