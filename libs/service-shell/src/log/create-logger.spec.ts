import { context, trace } from '@opentelemetry/api';
import { startTracing } from '../tracing/start-tracing.ts';
import { createLogger } from './create-logger.ts';
import { customerField } from './customer-field.ts';
import { NestLogger } from './nest-logger.ts';

const lines = (write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] => {
  const written: string[] = [];
  write(createLogger({ service: 'sample', level: 'info' }, { write: (line) => void written.push(line) }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
};

test('secrets and people do not reach a line, wherever they stand', () => {
  const secret = 'hunter2';
  const text = JSON.stringify(
    lines((log) => {
      log.info(
        {
          password: secret,
          user: { email: secret, access_token: secret },
          headers: { authorization: secret },
          req: { headers: { cookie: secret } },
        },
        'x',
      );
      log.warn(
        {
          err: Object.assign(new Error('refused'), {
            config: { headers: { authorization: secret } },
            parameters: [secret],
          }),
        },
        'y',
      );
    }),
  );
  expect(text).not.toContain(secret);
  expect(text).toContain('refused');
});

test('a customer appears under the TERI code only', () => {
  const row = { teriCode: 'TERI-7KQ2', name: 'Northwind', email: 'a@b.c' };
  const [first, second] = lines((log) => {
    log.info(customerField(row), 'limit set');
    log.info({ customer: row }, 'limit set');
  });
  expect(first!.customer).toBe('TERI-7KQ2');
  expect(second!.customer).toBe('TERI-7KQ2');
});

test('a line carries level in words, service and the trace in work', () => {
  startTracing('test');
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const active = trace.setSpanContext(context.active(), { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 });
  const [line] = lines((log) => context.with(active, () => log.info({}, 'hello')));
  expect(line).toMatchObject({ level: 'info', service: 'sample', trace_id: traceId, message: 'hello' });
});

test("Nest's chatter at start is detail, its warnings are not", () => {
  const written = lines((log) => {
    const nest = new NestLogger(log);
    nest.log('Mapped {/x, GET} route', 'RouterExplorer');
    nest.log('started', 'Sample');
    nest.error(new Error('no'), 'ExceptionHandler');
    nest.warn('careful', 'Sample');
  });
  expect(written.map((line) => [line.level, line.context])).toEqual([
    ['info', 'Sample'],
    ['warn', 'Sample'],
  ]);
});
