/** Message key of everything that belongs to one customer: its documents stay in order. */
export const customerKey = (orgId: string, customerId: string): string => `${orgId}:${customerId}`;

/** Message key of what an outside system calls one of its customers. */
export const sightingKey = (orgId: string, system: string, company: string, externalId: string): string =>
  `${orgId}:${system}:${company}:${externalId}`;

/** Message key of readings: one company of one outside system. */
export const companyKey = (orgId: string, system: string, company: string): string => `${orgId}:${system}:${company}`;

/** Message key of operator actions. */
export const serviceKey = (orgId: string, service: string): string => `${orgId}:${service}`;
