import type { KafkaMessage } from 'kafkajs';

/** What every event of ours says of its document. */
export interface Told {
  version?: number;
  [field: string]: unknown;
}

export interface Versions {
  /** The newest version of each document, by ce_subject. */
  newest: Map<string, Told>;
  /** Every version of each document, as it was first told. */
  told: Map<string, Told[]>;
  /** First tellings that do not follow the version before them. */
  gaps: number;
  /** Versions told twice, and not in the same words: somebody decided twice. */
  doubled: number;
}

/** Reads a topic as a reader does that keeps the highest version of each document. */
export function versionsOf(records: readonly KafkaMessage[]): Versions {
  const newest = new Map<string, Told>();
  const all = new Map<string, Told[]>();
  const tellings = new Map<string, string>();
  let [gaps, doubled] = [0, 0];
  for (const { headers, value } of records) {
    const subject = String(headers?.ce_subject);
    const told = JSON.parse(value!.toString()) as Told;
    const place = `${subject} ${told.version}`;
    // The id alone would not do: it follows from subject and version.
    const telling = `${String(headers?.ce_id)} ${value!.toString()}`;
    const before = tellings.get(place);
    if (before !== undefined && before !== telling) doubled += 1;
    if (before !== undefined) continue; // a relay that died repeats what it sent
    tellings.set(place, telling);
    if (told.version !== (newest.get(subject)?.version ?? 0) + 1) gaps += 1;
    newest.set(subject, told);
    all.set(subject, [...(all.get(subject) ?? []), told]);
  }
  return { newest, told: all, gaps, doubled };
}
