import type { ReplayReport } from '@cashloop/messaging/replay';
import { failed, progressLines, reportLines } from './report.ts';

const report: ReplayReport = {
  schema: 'replay_p_1',
  resumed: false,
  customers: undefined,
  records: 1_200,
  withheld: 1,
  setAside: 0,
  hash: 'aa',
  lines: 7,
  liveHash: 'aa',
  liveLines: 7,
  sameMoment: true,
  unmatched: [],
  difference: { onlyLive: [], onlyReplay: [] },
};

test('two equal states', () => {
  expect(failed(report)).toBe(false);
  expect(reportLines('p', report)).toEqual([
    'p rebuilt in schema replay_p_1: 1,200 records now, 1 event withheld',
    'replay  aa  7 lines',
    'live    aa  7 lines',
    'The states agree.',
  ]);
});

test('two states that differ show how', () => {
  const differing = { ...report, hash: 'bb', setAside: 2, difference: { onlyLive: ['x:1'], onlyReplay: ['x:2'] } };
  expect(reportLines('p', differing).slice(1)).toEqual([
    '2 records no handler could take: replay_p_1.dead_letter',
    'replay  bb  7 lines',
    'live    aa  7 lines',
    'The states differ.',
    '- live    x:1',
    '+ replay  x:2',
  ]);
  expect(failed(differing)).toBe(true);
  const bounded = { ...differing, sameMoment: false };
  expect(reportLines('p', bounded)).toContain('The states are of different moments, so they need not agree.');
  expect(failed(bounded)).toBe(false);
});

test('a filter that names what nobody knows is no agreement', () => {
  const unmatched = ['customer 999999', 'org 99'];
  const words = 'Nothing is known of customer 999999, org 99, live or on the topics.';
  const nothing = { ...report, unmatched, lines: 0, liveLines: 0 };
  expect(reportLines('p', nothing).slice(3)).toEqual([words]);
  expect(failed(nothing)).toBe(true);
  const some = { ...report, unmatched };
  expect(reportLines('p', some).slice(3)).toEqual([words, 'The states agree.']);
  expect(failed(some)).toBe(true);
});

test('progress is told once a second', () => {
  const lines: string[] = [];
  const tell = progressLines((line) => lines.push(line));
  for (const records of [1, 2, 3]) tell({ records, left: 9, recordedAt: new Date(0) });
  expect(lines).toEqual(['replay: 1 record, 9 left, at 1970-01-01T00:00:00.000Z']);
});
