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
    DisplayName: name.slice(0, NAME_MAX),
    ...(email === '' ? {} : { PrimaryEmailAddr: { Address: email } }),
    ...(phone === '' ? {} : { PrimaryPhone: { FreeFormNumber: phone } }),
    ...(currency === '' ? {} : { CurrencyRef: { value: currency } }),
  };
}

/** Names are unique over customers, vendors and employees: the code makes one unique. */
export const nameWithCode = (name: string, code: string): string =>
  `${name.slice(0, NAME_MAX - code.length - 3)} (${code})`;
