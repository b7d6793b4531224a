import { describeFault, UserFault } from './faults.ts';
import { RequestRefused } from './http-json.ts';
import { WaitEnded } from './waiting.ts';

describe('what a command prints when it fails', () => {
  test.each([
    ['Kafka', Object.assign(new Error('Connection error'), { name: 'KafkaJSConnectionError' })],
    ['Kafka', new Error('Broker not connected')],
    ['Postgres', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['A server', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
    [
      'A server',
      new TypeError('fetch failed', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
    ],
  ])('%s away: one sentence and the next command', (who, error) => {
    expect(describeFault(error)).toBe(`${who} does not answer: ${error.message}\n  Next: npm run status`);
  });

  test.each([
    ['55P03', 'canceling statement due to lock timeout'],
    ['40P01', 'deadlock detected'],
    ['40001', 'could not serialize access due to concurrent update'],
  ])('rows that somebody else holds (%s): one sentence and the same command', (code, message) => {
    expect(describeFault(Object.assign(new Error(message), { code }))).toBe(
      `Something else holds rows that this needs: ${message}\n  Next: the same command again`,
    );
  });

  test('a fault of the user has its own next command', () => {
    expect(describeFault(new UserFault('No such part.', 'npm run status'))).toBe(
      'No such part.\n  Next: npm run status',
    );
  });

  test('a wait that ended: what it waited for, and where to look', () => {
    expect(describeFault(new WaitEnded('not ready after 300 s (no answer yet)'))).toBe(
      'not ready after 300 s (no answer yet)\n  Next: npm run status, then npm run logs -- NAME',
    );
  });

  test('what nobody foresaw keeps its stack', () => {
    expect(describeFault(new Error('x'))).toMatch(/^Error: x\n {4}at /);
  });

  test.each([
    [
      new RequestRefused('POST', 'http://h/auth/login', 401, '{"title":"Unauthorized","detail":"Wrong password."}'),
      'POST http://h/auth/login answered 401: Wrong password.\n  Next: POST /auth/password sets back the password that npm run status shows',
    ],
    [
      new RequestRefused('PUT', 'http://h/credit/limits', 400, '{"title":"Bad Request"}'),
      'PUT http://h/credit/limits answered 400: Bad Request.\n  Next: npm run status',
    ],
    [
      new RequestRefused('GET', 'http://h/qbo/oauth/callback?code=secret&state=s', 500, '<html>\n  <b>Oh</b>'),
      'GET http://h/qbo/oauth/callback answered 500: <html> <b>Oh</b>.\n  Next: npm run status',
    ],
    [new RequestRefused('GET', 'http://h/x', 502, ''), 'GET http://h/x answered 502.\n  Next: npm run status'],
  ])('a request that was refused: one sentence, its cause, the next command (%#)', (error, text) => {
    expect(describeFault(error)).toBe(text);
  });
});
