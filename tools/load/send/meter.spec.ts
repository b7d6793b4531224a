import { Meter } from './meter.ts';

const lines: string[] = [];
const out = { isTTY: false, write: (text: string) => lines.push(text.replace(/, [\d.,]+ rows\/s/, '')) > 0 };
beforeEach(() => void lines.splice(0));

test('without a terminal each count is one line; then it says once what it waits for', () => {
  const meter = new Meter('reads', 20, 'rows', { out, everyMs: 0, waitsFor: 'waiting until it is complete' });
  meter.to(10);
  for (let i = 0; i < 4; i++) meter.to(20);
  meter.done();
  expect(lines).toEqual(['reads: 10 of 20 rows\n', 'reads: 20 of 20 rows\n', 'reads: waiting until it is complete\n']);
});

test('a count that stands still before the end goes on being shown, and the end is shown once', () => {
  const meter = new Meter('reads', 20, 'rows', { out, everyMs: 0 });
  meter.to(10);
  meter.to(10);
  meter.to(20, 20);
  meter.done();
  expect(lines).toEqual(['reads: 10 of 20 rows\n', 'reads: 10 of 20 rows\n', 'reads: 20 of 20 rows\n']);
});

test('a quick step is one line', () => {
  const meter = new Meter('reads', 20, 'rows', { out });
  meter.to(20);
  meter.done();
  expect(lines).toEqual(['reads: 20 of 20 rows\n']);
});
