import { eventId } from '../broker/refusals.ts';
import type { Stage } from '../stage.ts';

/**
 * One life of a relay sends the versions of a document upwards. It may repeat, and another life may tell older after
 * newer; but a version that comes for the first time after a higher one has been overtaken.
 *
 * @param aside events that an operator set aside and had sent later
 */
export function relayFaults({ broker }: Stage, aside: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const sent = new Map<string, Set<number>>();
  for (const { by, message } of broker.appended) {
    const { version } = JSON.parse(message.value) as { version: number };
    const subject = message.headers.ce_subject ?? '';
    const versions = sent.get(`${by} ${subject}`) ?? new Set();
    sent.set(`${by} ${subject}`, versions);
    const higher = [...versions].find((other) => other > version);
    if (higher !== undefined && !versions.has(version) && !aside.has(eventId(message)))
      faults.push(`relay ${by} sent version ${version} of ${subject} after version ${higher}`);
    versions.add(version);
  }
  return faults;
}
