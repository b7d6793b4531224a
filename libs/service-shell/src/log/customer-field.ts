/** What is known of a customer where something is logged. */
export interface LoggedCustomer {
  teriCode?: string;
  teri_code?: string;
}

/**
 * Field for a log line about a customer: its TERI code, whatever else the object holds.
 * `log.info({ ...customerField(customer), limit }, 'limit set')` writes `"customer":"TERI-..."`.
 */
export const customerField = (customer: LoggedCustomer | string): { customer: string } => ({
  customer: teriCodeOf(customer),
});

/** Also pino's serializer of any field named `customer`, so that a whole row logged by mistake shows no name. */
export function teriCodeOf(customer: unknown): string {
  if (typeof customer === 'string') return customer;
  const { teriCode, teri_code } = (customer ?? {}) as LoggedCustomer;
  return teriCode ?? teri_code ?? 'unknown';
}
