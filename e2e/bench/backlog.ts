import type { TestBroker } from '@cashloop/testkit';
import { Books } from './books.ts';
import { publish } from './broker.ts';
import { invoiceEvents } from './world.ts';

/** All versions of ten thousand invoices: so many fit into our own memory. */
const CHUNK = 30_000;

/** Fills the topic with more events than one would hold at once. @returns what must come of them */
export async function fillBacklog(broker: TestBroker, events: number): Promise<Books> {
  const books = new Books();
  for (let at = 0, chunk = 0; at < events; at += CHUNK, chunk += 1) {
    const part = invoiceEvents(Math.min(CHUNK, events - at), new Date(), String(chunk));
    await publish(broker.brokers, broker.topicPrefix, part);
    books.add(part);
  }
  return books;
}
