import { describeFault, UserFault } from './faults.ts';

describe('what a command prints when it fails', () => {
  test.each([
    ['Kafka', Object.assign(new Error('Connection error'), { name: 'KafkaJSConnectionError' })],
    ['Kafka', new Error('Broker not connected')],
    ['Postgres', Object.assign(new Error('terminating connection'), { code: '57P01' })],
    ['A server', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })],
  ])('%s away: one sentence and the next command', (who, error) => {
    expect(describeFault(error)).toBe(`${who} does not answer: ${error.message}\n  Next: npm run status`);
  });

  test('a fault of the user has its own next command', () => {
    expect(describeFault(new UserFault('No such part.', 'npm run status'))).toBe(
      'No such part.\n  Next: npm run status',
    );
  });

  test('what nobody foresaw keeps its stack', () => {
    expect(describeFault(new Error('x'))).toMatch(/^Error: x\n {4}at /);
  });
});
