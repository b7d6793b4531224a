import { CreditBreachStateSchema, type OutgoingEvent, type TopicDef, topicDefs } from '@cashloop/events';

/** The simulated service's topics: the real ones with fewer partitions, and one of its own for what it decides. */
export function topicsOf(partitions: number) {
  const breach = { credit_breach: CreditBreachStateSchema, credit_breach_cleared: CreditBreachStateSchema };
  return {
    receivable: { ...topicDefs.receivable, partitions } as typeof topicDefs.receivable,
    limit: { ...topicDefs.credit, partitions } as typeof topicDefs.credit,
    breach: { name: 'simulated.breach.v1', partitions, types: breach } satisfies TopicDef,
  };
}

export type Topics = ReturnType<typeof topicsOf>;
export type Events = OutgoingEvent[];

export const ORG = '1';
/** Invoices of a customer, and its limit, as documents of their owner. */
export const invoiceId = (customer: number, n: number): string => `c${customer}:invoice${n}`;
export const limitId = (customer: number): string => `c${customer}:limit`;
export const customerOf = (documentId: string): string => documentId.split(':')[0] as string;
