import type { DocumentFacts, PaymentLine } from './facts.ts';

/** Facts as JSON text for a table: fields ending in `Minor` are bigint, written as strings. */
export function factsToJson(facts: DocumentFacts): string {
  return JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}

const AMOUNTS = ['totalMinor', 'netMinor', 'balanceMinor', 'unappliedMinor', 'remainingMinor'];

/** Field by field: a reviver function would be called for every value of every document of an import. */
export function factsFromJson(text: string): DocumentFacts {
  const facts = JSON.parse(text) as Record<string, unknown>;
  for (const field of AMOUNTS) if (field in facts) facts[field] = BigInt(facts[field] as string);
  if (facts['kind'] === 'payment') {
    for (const line of facts['lines'] as PaymentLine[]) line.amountMinor = BigInt(line.amountMinor);
  }
  return facts as unknown as DocumentFacts;
}
