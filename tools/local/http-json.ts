import { setTimeout as sleep } from 'node:timers/promises';

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  token?: string;
  body?: unknown;
  limitMs?: number;
}

/** What a refusal says of itself: the detail of a problem document, else its text; '' when it says nothing. */
function causeIn(text: string): string {
  let cause: unknown;
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    cause = detail ?? title;
  } catch {
    // No JSON, then its text is all there is.
  }
  const words = (typeof cause === 'string' ? cause : text).slice(0, 400).replaceAll(/\s+/g, ' ').trim();
  return words.replace(/\.$/, '');
}

/** An answer of 400 and above. The message is one sentence. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;

  constructor(method: string, url: string, status: number, text: string) {
    const cause = causeIn(text);
    // The query of an OAuth callback holds a code, which belongs in no log.
    super(`${method} ${url.replace(/\?.*$/, '')} answered ${status}${cause === '' ? '' : `: ${cause}`}.`);
    this.status = status;
  }
}

/** One call of a local service. Waits and asks again when told to (429). @throws RequestRefused */
export async function call(url: string, request: Request = {}): Promise<Response> {
  const method = request.method ?? 'GET';
  for (;;) {
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(request.limitMs ?? 30_000),
    });
    if (answer.status === 429) {
      await sleep(1_000 * Math.min(Number(answer.headers.get('retry-after') ?? 1) || 1, 60));
      continue;
    }
    if (answer.status >= 400) throw new RequestRefused(method, url, answer.status, await answer.text());
    return answer;
  }
}

export async function callJson<T>(url: string, request: Request = {}): Promise<T> {
  return (await (await call(url, request)).json()) as T;
}
