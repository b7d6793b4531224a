/** Where an outside system knows a customer. */
export interface Link {
  readonly system: string;
  readonly company: string;
}

/** What the master and the sync services told about one member of an account. */
export interface Member {
  readonly customerId: string;
  /** Null until the master's first event. */
  readonly currency: string | null;
  readonly links: readonly Link[];
  /** `system:company` whose first import of this customer is complete. */
  readonly imported: ReadonlySet<string>;
  /** `system:company` whose own balance of this customer differs from ours. */
  readonly untied: ReadonlySet<string>;
}

// A CRM links customers too, but holds no documents to wait for.
const ACCOUNTING_SYSTEMS: ReadonlySet<string> = new Set(['quickbooks', 'xero', 'netsuite']);

export const companyName = (link: Link): string => `${link.system}:${link.company}`;

/** Every accounting company of an account, sorted. */
export function companiesOf(members: readonly Member[]): string[] {
  const links = members.flatMap((member) => member.links.filter((link) => ACCOUNTING_SYSTEMS.has(link.system)));
  return [...new Set(links.map(companyName))].sort();
}

/** Whether an account may be judged: everybody known, and what was there before us is read. */
export function isReady(orgKnown: boolean, members: readonly Member[]): boolean {
  return orgKnown && members.every((member) => member.currency !== null && isImported(member));
}

const isImported = (member: Member): boolean => companiesOf([member]).every((company) => member.imported.has(company));

/** When the data of an account were last complete: its oldest company's last reading; null when linked to none. */
export function dataAsOf(companies: readonly string[], readings: ReadonlyMap<string, Date>): Date | null {
  if (companies.length === 0) return null;
  const times = companies.map((company) => readings.get(company)?.getTime() ?? 0);
  return new Date(Math.min(...times));
}
