import { faultOf, judgeFault } from './quickbooks.faults.ts';
import { parseQbo } from './quickbooks.json.ts';

const api = (code: string) =>
  parseQbo(`{"Fault":{"Error":[{"Message":"m","Detail":"d","code":"${code}"}],"type":"ValidationFault"}}`);
const gateway = (code: string) =>
  parseQbo(`{"warnings":null,"fault":{"error":[{"message":"m","detail":"d","code":"${code}"}]},"time":1795230000000}`);

test.each([
  [gateway('3200'), 401, 'token_expired'],
  [gateway('3100'), 403, 'not_authorised'],
  [gateway('120'), 401, 'access_lost'],
  [gateway('3001'), 429, 'throttled'],
  [gateway('3001'), 403, 'throttled'],
  [api('5010'), 400, 'stale'],
  [api('6240'), 400, 'duplicate_name'],
  [api('6140'), 400, 'duplicate_number'],
  [api('610'), 400, 'not_found'],
  [api('2500'), 400, 'invalid'],
  [api('6210'), 400, 'business'],
  [api('10000'), 500, 'system'],
  [api('5010'), 200, 'stale'],
  [api('2500'), 200, 'invalid'],
  [parseQbo('{"Fault":{"type":"SystemFault"}}'), 200, 'system'],
  [parseQbo('{"fault":{"error":[]},"QueryResponse":{}}'), 200, 'system'],
  [parseQbo('{"Fault":{"type":"ValidationFault"}}'), 400, 'invalid'],
  [undefined, 503, 'system'],
  [undefined, 200, 'system'],
  [null, 200, 'system'],
  [[], 200, 'system'],
  [undefined, 401, 'token_expired'],
])('fault %# is %s', (body, status, kind) => {
  expect(faultOf(status, body, {})?.kind).toBe(kind);
});

test('no fault, and what is worth repeating', () => {
  expect(faultOf(200, parseQbo('{"QueryResponse":{}}'), {})).toBeUndefined();
  expect(faultOf(200, parseQbo('{"fault":null,"QueryResponse":{}}'), {})).toBeUndefined();
  expect(judgeFault(faultOf(429, undefined, { 'retry-after': '7' }))).toEqual({ retry: true, afterMs: 7_000 });
  expect(judgeFault(faultOf(400, api('2500'), {}))).toEqual({ retry: false });
  expect(judgeFault(new Error('ours'))).toEqual({ retry: false });
});
