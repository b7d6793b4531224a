import { Command } from 'commander';
import { register as registerDeadLetters } from '../dead-letters.ts';
import { register as registerOffsets } from '../offsets.ts';
import { register as registerOutbox } from '../outbox.ts';
import { register as registerProjections } from '../projections.ts';
import { register as registerReplay } from '../replay.ts';
import { register as registerRepublish } from '../republish.ts';
import { register as registerVersions } from '../versions.ts';
import { reasonOption } from './reason.ts';

const groups = [
  registerDeadLetters,
  registerOffsets,
  registerOutbox,
  registerProjections,
  registerReplay,
  registerRepublish,
  registerVersions,
];

const ops = (words: readonly string[]): Promise<Command> => {
  const program = new Command().exitOverride();
  for (const register of groups) register(program);
  return program.parseAsync([...words], { from: 'user' });
};

describe.each([
  'dead-letters retry nobody 7',
  'dead-letters discard nobody --all',
  'offsets set nobody --projection p --topic t --to start',
  'outbox park nobody 7',
  'outbox unpark nobody 7',
  'projections switch nobody --to p-2',
  'republish --service nobody',
  'versions advance --service nobody --by 1',
])('%s', (line) => {
  test.each(['', '  ', '\t\n'])('does nothing for the reason %j', async (reason) => {
    await expect(ops([...line.split(' '), '--reason', reason])).rejects.toThrow('It is not said why.');
  });

  test('with a reason it looks for the service', async () => {
    await expect(ops([...line.split(' '), '--reason', 'because'])).rejects.toThrow('There is no service "nobody"');
  });
});

test.each([[], ['--reason', ' ']])('replay --drop does nothing without a reason', async (...reason) => {
  await expect(ops(['replay', '--projection', 'p', '--drop', ...reason])).rejects.toThrow('It is not said why.');
});

test('a replay that only rebuilds needs none', async () => {
  await expect(ops(['replay', '--projection', 'nothing'])).rejects.toThrow('There is no projection "nothing"');
}, 120_000);

test('what the audit keeps has no blanks around it', () => {
  const command = new Command().addOption(reasonOption()).parse(['--reason', ' fixed in 1.2.1 '], { from: 'user' });
  expect(command.opts()).toEqual({ reason: 'fixed in 1.2.1' });
});
