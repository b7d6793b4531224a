import { Injectable } from '@nestjs/common';
import { topicDefs } from '@cashloop/events';
import { HandlesRaw } from '@cashloop/messaging';
import type { HandlerContext, RawRecord } from '@cashloop/messaging';
import type { Tx } from '@cashloop/persistence';
import { identified, toArrival } from '../domain/arrival.ts';
import { append } from '../domain/chain.ts';
import type { Arrival, Identity, VaultRecord } from '../domain/vault-record.ts';
import { countRecords } from '../metrics.ts';
import { eventId, VaultStore } from '../stores/vault.store.ts';

type Found = Arrival & Identity;
const found = (record: RawRecord): Found => identified(toArrival(record));

const TOPICS = Object.values(topicDefs).map((topic) => topic.name);

/** Appends every record of every topic to the vault, raw, in order of arrival, once per event. */
@Injectable()
export class OnRecords {
  constructor(private readonly vault: VaultStore) {}

  @HandlesRaw(TOPICS, { projection: 'vault' })
  async handle(records: readonly RawRecord[], { tx, now }: HandlerContext): Promise<void> {
    await this.vault.lock(tx);
    const partitions = Map.groupBy(records, (record) => `${record.topic}/${record.partition}`);
    for (const ofOne of partitions.values()) await this.appendTo(tx, ofOne.map(found), now);
  }

  private async appendTo(tx: Tx, arrivals: readonly Found[], now: Date): Promise<void> {
    const { topic, partition } = arrivals[0]!;
    let head = await this.vault.head(tx, topic, partition);
    const stored: VaultRecord[] = [];
    for (const arrival of await this.unknown(tx, arrivals)) {
      const link = append(head, arrival, now);
      stored.push(link.record);
      head = link.head;
    }
    if (stored.length > 0) await this.vault.append(tx, stored, head);
    countRecords(topic, stored.length, arrivals.length - stored.length);
  }

  /** Leaves out repeats of an event: the relay may send one twice. A record that is no event is always kept. */
  private async unknown(tx: Tx, arrivals: readonly Found[]): Promise<Found[]> {
    const seen = await this.vault.known(
      tx,
      arrivals.flatMap(({ orgId, eventKey }) => (eventKey === null ? [] : [{ orgId, eventKey }])),
    );
    return arrivals.filter(({ orgId, eventKey }) => eventKey === null || !seenBefore(seen, eventId(orgId, eventKey)));
  }
}

function seenBefore(seen: Set<string>, id: string): boolean {
  if (seen.has(id)) return true;
  seen.add(id);
  return false;
}
