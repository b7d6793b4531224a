import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jest } from '@jest/globals';
import kafkajs from 'kafkajs';
import { Effects, MessagingHealth } from '../src/index.ts';
import { orgEvent, rows, stand, type Stand, until } from './notes-service.ts';

jest.setTimeout(120_000);

const EVENTS = 200;
const BATCH_MAX = 50;
/** Longer than a leaving member waits for the answer of its broker. */
const SECONDS_PER_BATCH = 4;

/** A real process that is told to end in the middle of a batch, as by a deployment. */
describe('SIGTERM in the middle of a batch', () => {
  let place: Stand;
  let child: ChildProcess;

  beforeEach(async () => void (place = await stand()));
  afterEach(async () => {
    child.kill('SIGKILL');
    await place.close();
  });

  function startChild(): { lines: string[]; ended: Promise<[code: number | null, signal: NodeJS.Signals | null]> } {
    const { brokers, topicPrefix } = place.broker;
    const flags = ['--conditions=@cashloop/source', '--disable-warning=ExperimentalWarning'];
    const hooks = ['--import', join(import.meta.dirname, 'swc-hooks.mjs')];
    const program = join(import.meta.dirname, 'notes-process.ts');
    const told = [place.database.url, topicPrefix, brokers[0] ?? '', 'first', `${BATCH_MAX}`, `${SECONDS_PER_BATCH}`];
    child = spawn(process.execPath, [...flags, ...hooks, program, ...told], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: string[] = [];
    if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => lines.push(line));
    return { lines, ended: new Promise((resolve) => child.once('close', (...how) => resolve(how))) };
  }

  /** Client ids of the members that the broker counts on. A member that did not leave stays until its session is over. */
  async function members(): Promise<string[]> {
    const { brokers, topicPrefix } = place.broker;
    const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([`${topicPrefix}notes.notes-orgs`]);
    await admin.disconnect();
    return groups.flatMap((group) => group.members.map(({ clientId }) => clientId));
  }

  test('the batch is finished and committed, the group left, the status 0; the next process goes on at once', async () => {
    const { lines, ended } = startChild();
    await until(() => lines.includes('ready'), 'the process reads and relays');
    expect(await members()).toEqual(['first']);
    const writer = await place.app({}, []); // has no handlers, and follows
    await until(() => writer.get(MessagingHealth).state().relay.role === 'follower', 'the other process leads');
    const events = Array.from({ length: EVENTS }, (_, i) => orgEvent('1', i + 1));
    await writer.get(Effects).commit(['1'], async () => events);
    await until(() => lines.some((line) => line.startsWith('batch')), 'a batch begun');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await members()).toEqual([]);

    const begun = lines.filter((line) => line.startsWith('batch')).map((line) => Number(line.split(' ')[1]));
    const done = begun.reduce((sum, size) => sum + size, 0);
    expect(done).toBeLessThan(EVENTS);
    expect((await rows(writer, 'select 1 from seen')).length).toBe(done);
    expect(await rows(writer, 'select next_offset from consumer_offset')).toEqual([{ next_offset: String(done) }]);

    await writer.get(Effects).commit(['1'], async () => [orgEvent('1', EVENTS + 1)]); // for the next one to relay
    const next = await place.app();
    await until(async () => (await rows(next, 'select 1 from seen')).length === EVENTS + 1, 'the rest handled');
    expect(await rows(next, 'select 1 from seen where times > 1')).toEqual([]);
  });
});
