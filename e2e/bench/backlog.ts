import type { TestBroker } from '@cashloop/testkit';
import { publish } from './broker.ts';
import { expectedExposure, invoiceEvents } from './world.ts';

/** Three versions of ten thousand invoices: so many fit into our own memory. */
const CHUNK = 30_000;

/** Fills the topic with more events than one would hold at once. @returns the exposure that must come of them */
export async function fillBacklog(broker: TestBroker, events: number): Promise<Map<string, bigint>> {
  const expected = new Map<string, bigint>();
  for (let at = 0, chunk = 0; at < events; at += CHUNK, chunk += 1) {
    const part = invoiceEvents(Math.min(CHUNK, events - at), new Date(), String(chunk));
    await publish(broker.brokers, broker.topicPrefix, part);
    for (const [id, minor] of expectedExposure(part)) expected.set(id, (expected.get(id) ?? 0n) + minor);
  }
  return expected;
}
