import { throttled } from './faults.ts';

const WINDOW_MS = 60_000;
const REQUESTS_PER_WINDOW = 500;
const BATCHES_PER_WINDOW = 40;
const MOST_IN_FLIGHT = 10;

interface Use {
  requestsAt: number[];
  batchesAt: number[];
  inFlight: number;
}

/** How much of a company's allowance an app has used: 500 requests and 40 batches in any minute, 10 at once. */
export class RequestBudget {
  readonly #byRealm = new Map<string, Use>();

  /** A request has arrived; answers what to call when its answer is out. @throws GatewayFault 429 with 10 under way */
  enter(realmId: string): () => void {
    const use = this.#use(realmId);
    if (use.inFlight >= MOST_IN_FLIGHT) throw throttled('More than 10 concurrent requests');
    use.inFlight += 1;
    let left = false;
    return () => {
      if (!left) use.inFlight -= 1;
      left = true;
    };
  }

  /** Takes one request out of the minute's allowance. @throws GatewayFault 429 */
  take(realmId: string, isBatch: boolean, nowMs: number): void {
    const { requestsAt, batchesAt } = this.#use(realmId);
    forget(requestsAt, nowMs);
    forget(batchesAt, nowMs);
    if (requestsAt.length >= REQUESTS_PER_WINDOW) throw throttled('More than 500 requests in a minute');
    if (isBatch && batchesAt.length >= BATCHES_PER_WINDOW) throw throttled('More than 40 batch requests in a minute');
    requestsAt.push(nowMs);
    if (isBatch) batchesAt.push(nowMs);
  }

  #use(realmId: string): Use {
    const use = this.#byRealm.get(realmId) ?? { requestsAt: [], batchesAt: [], inFlight: 0 };
    this.#byRealm.set(realmId, use);
    return use;
  }
}

/** The clock may be moved back: what then lies in the future is forgotten too. */
function forget(times: number[], nowMs: number): void {
  if (times.length > 0 && times.at(-1)! > nowMs) times.length = 0;
  const kept = times.findIndex((at) => at > nowMs - WINDOW_MS);
  times.splice(0, kept === -1 ? times.length : kept);
}
