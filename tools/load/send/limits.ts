import { setTimeout as sleep } from 'node:timers/promises';
import { RequestRefused } from '../../local/http-json.ts';
import type { Gateway } from './gateway.ts';

/** A limit to set, by the name under which the stand-in knows the customer. A decimal in the customer's currency. */
export interface LimitOrder {
  names: readonly string[];
  /** The name alone is not enough: a party with two currencies is two customers with one name in its ledger. */
  currency: string;
  limit: string;
}

const perCall = 500;

/**
 * Sets limits through the gateway.
 * @returns how many were set, and names that the customer master does not hold
 */
export async function setLimits(
  gateway: Gateway,
  realm: string,
  orders: readonly LimitOrder[],
  reason: string,
  pauseMs = 1000,
): Promise<{ set: number; unknown: string[] }> {
  const ids = new Map<string, number>();
  const key = (currency: string, name: string): string => `${currency} ${name.toLowerCase()}`;
  for await (const { id, currency, name } of gateway.customers(realm)) ids.set(key(currency, name), id);
  const items = new Map<number, string>();
  const unknown: string[] = [];
  for (const { names, currency, limit } of orders) {
    const id = names.map((name) => ids.get(key(currency, name))).find((found) => found !== undefined);
    if (id === undefined) unknown.push(names[0]!);
    else items.set(id, limit);
  }
  const all = [...items].map(([client_id, limit]) => ({ client_id, limit, reason }));
  for (let at = 0; at < all.length; at += perCall)
    await patiently(() => gateway.setLimits(all.slice(at, at + perCall)), pauseMs);
  return { set: all.length, unknown };
}

/** credit-scoring hears of new customers a moment after the customer master. */
async function patiently(send: () => Promise<void>, pauseMs: number): Promise<void> {
  for (let left = 30; ; left--) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof RequestRefused) || ![404, 409, 503].includes(error.status) || left === 0) throw error;
      await sleep(pauseMs);
    }
  }
}
