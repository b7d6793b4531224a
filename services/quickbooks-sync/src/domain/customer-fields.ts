/** What QuickBooks is told of a customer. */
export interface DeliveredCustomer {
  name: string;
  email: string;
  phone: string;
  currency: string;
}

const NAME_MAX = 100;

/** Fields in QuickBooks' words; unknown ones are left out, so that a sparse update does not blank them. */
export function customerFields({ name, email, phone, currency }: DeliveredCustomer): Record<string, unknown> {
  return {
    DisplayName: displayName(name),
    ...(email === '' ? {} : { PrimaryEmailAddr: { Address: email } }),
    ...(phone === '' ? {} : { PrimaryPhone: { FreeFormNumber: phone } }),
    ...(currency === '' ? {} : { CurrencyRef: { value: currency } }),
  };
}

/** A name as QuickBooks takes it: short, and without the signs that part the levels of its own names. */
export const displayName = (name: string): string => plainName(name).slice(0, NAME_MAX).trim();

/** Names are unique over customers, vendors and employees: the code makes one unique. */
export const nameWithCode = (name: string, code: string): string =>
  `${plainName(name)
    .slice(0, NAME_MAX - code.length - 3)
    .trim()} (${code})`;

/** The name to try when another one is taken: as it is, then with the code; undefined when none is left. */
export function nameAfter(taken: string, { name, teriCode }: { name: string; teriCode: string }): string | undefined {
  const [plain, coded] = [displayName(name), nameWithCode(name, teriCode)];
  if (taken === coded) return undefined;
  return taken === plain ? coded : plain;
}

/** The customer's own name behind one that we gave it in QuickBooks; any other name as it is. */
export function nameBehind(shown: string, { name, teriCode }: { name: string; teriCode: string }): string {
  if (shown === displayName(name) || shown === nameWithCode(name, teriCode)) return name;
  const code = ` (${teriCode})`;
  return shown.endsWith(code) ? shown.slice(0, -code.length) : shown;
}

const plainName = (name: string): string => name.replace(/[:\s]+/g, ' ').trim();
