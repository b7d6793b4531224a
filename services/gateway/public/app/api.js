/** Calls to the API with the caller's token, which lives as long as this tab. */

const KEY = 'cashloop.token';

/** An answer that is not a success, as RFC 9457 problem details tell it. */
export class Problem extends Error {
  constructor(status, code, detail, retryAfterMs) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  static async of(answer) {
    const body = await answer.json().catch(() => ({}));
    const retryAfterMs = 1000 * Number(answer.headers.get('retry-after') ?? 0);
    return new Problem(
      answer.status,
      body.code ?? '',
      body.detail ?? `The server answered ${answer.status}.`,
      retryAfterMs || 0,
    );
  }
}

export const signedIn = () => sessionStorage.getItem(KEY) !== null;
export const signOut = () => sessionStorage.removeItem(KEY);
export const authorization = () => ({ authorization: `Bearer ${sessionStorage.getItem(KEY)}` });

export async function signIn(email, password) {
  const body = JSON.stringify({ email, password });
  const answer = await fetch('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!answer.ok) throw await Problem.of(answer);
  sessionStorage.setItem(KEY, (await answer.json()).access_token);
}

export async function get(path) {
  const answer = await fetch(path, { headers: authorization() });
  if (!answer.ok) throw await Problem.of(answer);
  return answer.json();
}

// Names: some pages of the list first, since one request brings 200 of them, then one by one.
const LIST_PAGES_MAX = 5;
const PAUSE_MS = 250;

/** Names of customers, looked up through the API and remembered. */
export class CustomerNames {
  #names = new Map();
  #queue = new Set();
  #working = false;
  #listed = false;

  constructor(onNews) {
    this.onNews = onNews;
  }

  /** undefined: not known yet; null: there is no such customer. */
  of(id) {
    return this.#names.get(Number(id));
  }

  want(ids) {
    for (const id of ids) if (!this.#names.has(id)) this.#queue.add(id);
    if (this.#queue.size > 0) void this.#work();
  }

  async #work() {
    if (this.#working) return;
    this.#working = true;
    try {
      while (this.#queue.size > 0) await this.#step();
    } catch {
      // Signed out, or the customer master is away: the ids stand for the names until the next list is drawn.
      this.#queue.clear();
    } finally {
      this.#working = false;
    }
  }

  async #step() {
    if (!this.#listed) return this.#readList();
    const [id] = this.#queue;
    this.#queue.delete(id);
    if (this.#names.has(id)) return undefined;
    try {
      this.#names.set(id, (await get(`/customers/${encodeURIComponent(id)}`)).name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) throw error;
      if (error.status === 429) await sleep(error.retryAfterMs || 5_000);
      if (error.status === 404) this.#names.set(id, null);
    }
    this.onNews();
    return sleep(PAUSE_MS);
  }

  async #readList() {
    this.#listed = true;
    let cursor = null;
    for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
      const list = await get(`/customers?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      for (const customer of list.items) this.#names.set(customer.id, customer.name);
      this.onNews();
      cursor = list.next_cursor;
      if (!cursor) return;
    }
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
