import { same } from './bytes.ts';
import type { Arrival } from './vault-record.ts';

/** In what a stored record differs from the broker's, or undefined. */
export function difference(stored: Arrival, onBroker: Arrival): string | undefined {
  if (!same(stored.value, onBroker.value)) return 'its value differs from the broker';
  if (!same(stored.key, onBroker.key)) return 'its key differs from the broker';
  if (!same(stored.headers, onBroker.headers)) return 'its headers differ from the broker';
  if (stored.timestampMs !== onBroker.timestampMs) return 'its time differs from the broker';
  return undefined;
}
