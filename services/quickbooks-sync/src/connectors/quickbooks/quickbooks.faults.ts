import type { Verdict } from '@cashloop/connector-kit';
import { child, isObject, list, text } from './quickbooks.json.ts';

/** What a fault asks for. */
export type FaultKind =
  | 'token_expired' // refresh once, retry once
  | 'not_authorised' // the app lost this company: a person must reconnect
  | 'access_lost' // stop, alert
  | 'throttled' // back off
  | 'stale' // read, merge, retry
  | 'duplicate_name'
  | 'duplicate_number'
  | 'not_found'
  | 'invalid' // our request is wrong: do not retry
  | 'business' // a rule of QuickBooks: the text says which
  | 'system' // retry with the same request id
  | 'unreachable'; // no answer

const KINDS: Record<string, FaultKind> = {
  '3200': 'token_expired',
  '3100': 'not_authorised',
  '100': 'access_lost',
  '120': 'access_lost',
  '130': 'access_lost',
  '3001': 'throttled',
  '5010': 'stale',
  '6240': 'duplicate_name',
  '6140': 'duplicate_number',
  '610': 'not_found',
  '6000': 'business',
  '6190': 'business',
  '6210': 'business',
  '6540': 'business',
  '10000': 'system',
  '600': 'system', // the first request of this id is still at work
};

/** A call to QuickBooks that did not do what it should. */
export class QboFault extends Error {
  override readonly name = 'QboFault';

  constructor(
    readonly kind: FaultKind,
    /** QuickBooks' own code; empty when there was no answer. */
    readonly code: string,
    readonly status: number,
    message: string,
    /** QuickBooks' trace id of the call, for its support. */
    readonly tid = '',
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/**
 * Both shapes: `Fault.Error[]` of the API and lower-case `fault.error[]` of the gateway; one that says no more is a fault
 * as well. Undefined: no fault.
 */
export function faultOf(status: number, body: unknown, headers: Record<string, unknown>): QboFault | undefined {
  if (!isObject(body) && status < 400) return noObject(status, headers);
  const object = isObject(body) ? body : {};
  const isFault = isObject(object['Fault']) || isObject(object['fault']);
  if (!isFault && status < 400) return undefined;
  const upper = list(child(object, 'Fault'), 'Error')[0];
  const lower = list(child(object, 'fault'), 'error')[0];
  const error = upper ?? lower;
  const code = error === undefined ? '' : text(error, 'code');
  const said =
    error === undefined
      ? ''
      : [text(error, upper ? 'Message' : 'message'), text(error, upper ? 'Detail' : 'detail')].join(': ');
  const tid = tidOf(headers);
  const message = `QuickBooks answered ${status}${code === '' ? '' : ` code ${code}`}${said === '' ? '' : ` (${said})`}`;
  return new QboFault(kindOf(code, status), code, status, message, tid, retryAfterMs(headers['retry-after']));
}

/** A page of a proxy on the way: what became of the call is as open as without an answer. */
const noObject = (status: number, headers: Record<string, unknown>): QboFault =>
  new QboFault('system', '', status, `QuickBooks answered ${status} without a JSON object`, tidOf(headers));

const tidOf = (headers: Record<string, unknown>): string =>
  typeof headers['intuit_tid'] === 'string' ? headers['intuit_tid'] : '';

function kindOf(code: string, status: number): FaultKind {
  // A missing leading zero or more: the gateway writes 003200 in its text and 3200 as code.
  const known = KINDS[code.replace(/^0+/, '')];
  if (known !== undefined) return known;
  // A fault in an answer of success that does not say why: nothing is known.
  if (code === '' && status < 400) return 'system';
  if (status === 401) return 'token_expired';
  if (status === 403) return 'not_authorised';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'system';
  return status === 404 ? 'not_found' : 'invalid';
}

function retryAfterMs(header: unknown): number | undefined {
  const seconds = typeof header === 'string' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 120) * 1000 : undefined;
}

/** Whether the same call may be repeated as it is (writes carry a request id, so repeating them is safe). */
export function judgeFault(error: unknown): Verdict {
  if (!(error instanceof QboFault)) return { retry: false };
  const passing = error.kind === 'throttled' || error.kind === 'system' || error.kind === 'unreachable';
  return passing ? { retry: true, afterMs: error.retryAfterMs } : { retry: false };
}

const REFUSALS: ReadonlySet<FaultKind> = new Set([
  'duplicate_name',
  'duplicate_number',
  'invalid',
  'business',
  'not_found',
  'stale',
]);

/** Whether QuickBooks itself said no to a write. Any other fault leaves open what became of it, or of an earlier try. */
export const isRefusal = (error: unknown): error is QboFault =>
  error instanceof QboFault && error.code !== '' && REFUSALS.has(error.kind);

/** The grant is gone: no call can work before a person consents again. */
export class ReconsentNeeded extends Error {
  override readonly name = 'ReconsentNeeded';
}
