import type { DocumentFacts } from './facts.ts';
import type { Deletion, Reading } from './reading.ts';

/**
 * Cuts a large reading into portions of about `documentsMax`, so that no transaction runs long. All documents of one
 * customer stay together, and so do customers that a payment ties together: each portion is a change of its own.
 * @param owners customer, by document key, of documents known before: for deletions and former links
 */
export function portionsOf(reading: Reading, owners: ReadonlyMap<string, string>, documentsMax: number): Reading[] {
  if (reading.documents.length + reading.deletions.length <= documentsMax) return [reading];
  const groups = new Groups();
  const ownerOf = new Map(owners);
  for (const facts of reading.documents) {
    const key = `${facts.kind}:${facts.externalId}`;
    groups.join(facts.customerExternalId, ownerOf.get(key) ?? facts.customerExternalId);
    ownerOf.set(key, facts.customerExternalId);
  }
  for (const facts of reading.documents) tie(groups, facts, ownerOf);
  return pack(reading, groups, ownerOf, documentsMax);
}

function tie(groups: Groups, facts: DocumentFacts, ownerOf: ReadonlyMap<string, string>): void {
  if (facts.kind !== 'payment') return;
  for (const line of facts.lines) {
    const owner = ownerOf.get(`${line.to}:${line.externalId}`);
    if (owner !== undefined) groups.join(facts.customerExternalId, owner);
  }
}

function pack(reading: Reading, groups: Groups, ownerOf: ReadonlyMap<string, string>, documentsMax: number): Reading[] {
  const byGroup = new Map<string, { documents: DocumentFacts[]; deletions: Deletion[] }>();
  const groupOf = (owner: string): { documents: DocumentFacts[]; deletions: Deletion[] } => {
    const root = groups.find(owner);
    if (!byGroup.has(root)) byGroup.set(root, { documents: [], deletions: [] });
    return byGroup.get(root)!;
  };
  for (const facts of reading.documents) groupOf(facts.customerExternalId).documents.push(facts);
  for (const deletion of reading.deletions) {
    groupOf(ownerOf.get(`${deletion.kind}:${deletion.externalId}`) ?? '').deletions.push(deletion);
  }
  const portions: Reading[] = [];
  let size = documentsMax;
  for (const group of byGroup.values()) {
    const weight = group.documents.length + group.deletions.length;
    if (size + weight > documentsMax) {
      // Customers come with the first portion: later ones find them in the books.
      portions.push({
        ...reading,
        customers: portions.length === 0 ? reading.customers : [],
        documents: [],
        deletions: [],
      });
      size = 0;
    }
    const portion = portions.at(-1)!;
    (portion.documents as DocumentFacts[]).push(...group.documents);
    (portion.deletions as Deletion[]).push(...group.deletions);
    size += weight;
  }
  return portions;
}

/** Union-find over customers. */
class Groups {
  readonly #parent = new Map<string, string>();

  find(one: string): string {
    let root = one;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    if (root !== one) this.#parent.set(one, root);
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA !== rootB) this.#parent.set(rootA, rootB);
  }
}
