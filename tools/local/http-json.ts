import { setTimeout as sleep } from 'node:timers/promises';

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH';
  token?: string;
  body?: unknown;
  limitMs?: number;
}

export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly status: number;

  constructor(method: string, url: string, status: number, text: string) {
    super(`${method} ${url} answered ${status}: ${text.slice(0, 400)}`);
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
