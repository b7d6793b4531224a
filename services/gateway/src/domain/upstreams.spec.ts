import { isPlainPath, isPublicRoute } from './upstreams.ts';

test.each(['/customers', '/customers/', '/customers/12', '/customers/a%20b', '/credit/clients/7/limit'])(
  '%s is plain',
  (path) => {
    expect(isPlainPath(path)).toBe(true);
  },
);

test.each([
  '/customers/../metrics',
  '/customers/%2e%2e/metrics',
  '/customers/..%2fmetrics',
  '/customers/%5c..%5cmetrics',
  '/customers//metrics',
  '//host/customers',
  '/customers/%zz',
  '/customers/%00',
  'customers',
])('%s is not', (path) => {
  expect(isPlainPath(path)).toBe(false);
});

test('only the webhook and the callback are open, by their own method', () => {
  expect(isPublicRoute('POST', '/qbo/webhook')).toBe(true);
  expect(isPublicRoute('GET', '/qbo/webhook')).toBe(false);
  expect(isPublicRoute('POST', '/qbo/webhook/')).toBe(false);
  expect(isPublicRoute('GET', '/qbo/status')).toBe(false);
});
