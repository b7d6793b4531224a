import { join } from 'node:path';
import { UserFault } from './faults.ts';
import { readJson, writeJson } from './files.ts';
import { call, callJson } from './http-json.ts';
import { until } from './waiting.ts';

export interface SampleTargets {
  gateway: string;
  sandbox: string;
  sandboxToken: string;
  email: string;
  password: string;
  stateFolder: string;
  customers: number;
}

interface SampleCustomer {
  external_id: string;
  credit_limit: string | number | null;
}

/** Which steps are done: a start that was interrupted goes on where it stopped. Every step may also be repeated. */
interface Progress {
  realm?: string;
  customers?: SampleCustomer[];
  connected?: boolean;
  limits?: boolean;
  shown?: boolean;
  enforced?: boolean;
}

interface CompanyStatus {
  realm_id: string;
  state: string;
  import?: { customers?: number; invoices?: number; parked?: number };
  last_error?: string | null;
}

export async function logIn(targets: Pick<SampleTargets, 'gateway' | 'email' | 'password'>): Promise<string> {
  const body = { email: targets.email, password: targets.password };
  const { access_token } = await callJson<{ access_token: string }>(`${targets.gateway}/auth/login`, {
    method: 'POST',
    body,
  });
  return access_token;
}

/** Walks the consent flow of a company in the stand-in, as a person would in the browser. */
export async function connectCompany(targets: SampleTargets, token: string, realm: string): Promise<void> {
  const start = await call(`${targets.gateway}/qbo/oauth/start`, { token });
  const authorize = await authorizeUrl(start);
  const redirectUri = authorize.searchParams.get('redirect_uri') ?? '';
  const { code } = await callJson<{ code: string }>(`${targets.sandbox}/admin/companies/${realm}/consent`, {
    method: 'POST',
    token: targets.sandboxToken,
    body: { redirect_uri: redirectUri },
  });
  const callback = new URL(`${targets.gateway}/qbo/oauth/callback`);
  callback.searchParams.set('code', code);
  callback.searchParams.set('state', authorize.searchParams.get('state') ?? '');
  callback.searchParams.set('realmId', realm);
  await call(callback.href, { limitMs: 60_000 });
}

async function authorizeUrl(answer: Response): Promise<URL> {
  const location = answer.headers.get('location');
  if (location !== null) return new URL(location);
  const { url, authorize_url } = (await answer.json()) as { url?: string; authorize_url?: string };
  return new URL(authorize_url ?? url ?? '');
}

async function companies(targets: SampleTargets, token: string): Promise<CompanyStatus[]> {
  const { companies: list } = await callJson<{ companies?: CompanyStatus[] }>(`${targets.gateway}/qbo/status`, {
    token,
  });
  return list ?? [];
}

async function waitForImport(
  targets: SampleTargets,
  token: string,
  realm: string,
  say: (text: string) => void,
): Promise<CompanyStatus> {
  let saidMs = Date.now();
  return until(
    async () => {
      const company = (await companies(targets, token)).find((one) => one.realm_id === realm);
      if (company === undefined) throw new Error(`company ${realm} is not in /qbo/status`);
      if (Date.now() - saidMs > 5_000) {
        saidMs = Date.now();
        say(`    ${company.import?.customers ?? 0} customers, ${company.import?.invoices ?? 0} invoices so far`);
      }
      if (company.state === 'live' && (company.import?.parked ?? 0) === 0) return company;
      throw new Error(`import is ${company.state}, ${company.import?.parked ?? 0} parked ${company.last_error ?? ''}`);
    },
    { limitMs: 300_000, everyMs: 500 },
  );
}

interface Customer {
  id: number;
  links?: { system: string; company: string; external_id: string }[];
}

/** All customers of the gateway, page by page. */
export async function allCustomers(gateway: string, token: string): Promise<Customer[]> {
  const found: Customer[] = [];
  let cursor: string | null = null;
  do {
    const query = `limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: { items: Customer[]; next_cursor: string | null } = await callJson(`${gateway}/customers?${query}`, {
      token,
    });
    found.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor !== null);
  return found;
}

async function setLimits(targets: SampleTargets, token: string, progress: Progress): Promise<void> {
  const ours = new Map<string, number>();
  for (const customer of await allCustomers(targets.gateway, token)) {
    for (const link of customer.links ?? [])
      if (link.company === progress.realm) ours.set(link.external_id, customer.id);
  }
  const items = (progress.customers ?? []).flatMap((customer) => {
    const id = ours.get(customer.external_id);
    if (id === undefined || customer.credit_limit === null) return [];
    return [{ client_id: id, limit: customer.credit_limit, reason: 'Credit_Limit of the sample company' }];
  });
  for (let at = 0; at < items.length; at += 500) {
    await call(`${targets.gateway}/credit/limits`, {
      method: 'PUT',
      token,
      body: { items: items.slice(at, at + 500) },
    });
  }
}

async function enforce(targets: SampleTargets, token: string): Promise<void> {
  await call(`${targets.gateway}/credit/settings`, { method: 'PUT', token, body: { enforcement: 'enforce' } });
}

/**
 * Loads the sample company, going on where an earlier start stopped.
 * @returns whether an earlier start had done all of it and shown it, so that its data are the user's by now
 */
export async function loadSample(targets: SampleTargets, say: (text: string) => void): Promise<boolean> {
  const file = join(targets.stateFolder, 'sample.json');
  const progress = readJson<Progress>(file) ?? {};
  const done = (step: Partial<Progress>): void => writeJson(file, Object.assign(progress, step));
  if (progress.enforced === true) return progress.shown === true;
  const token = await logIn(targets);
  if (progress.realm === undefined) {
    say(`  … generating the sample company (${targets.customers} customers, two years)`);
    const body = { seed: 1, customers: targets.customers };
    const request = { method: 'POST', token: targets.sandboxToken, body, limitMs: 120_000 } as const;
    const made = await callJson<{ realm?: string; realm_id?: string; customers: SampleCustomer[] }>(
      `${targets.sandbox}/admin/sample`,
      request,
    );
    done({ realm: made.realm_id ?? made.realm ?? '', customers: made.customers });
  }
  const realm = progress.realm ?? '';
  if (progress.connected !== true) {
    const known = await companies(targets, token);
    if (!known.some((company) => company.realm_id === realm)) await connectCompany(targets, token, realm);
    done({ connected: true });
  }
  say('  … importing it as a newly connected QuickBooks company');
  await waitForImport(targets, token, realm, say);
  if (progress.limits !== true) {
    await setLimits(targets, token, progress);
    done({ limits: true });
  }
  await enforce(targets, token);
  done({ enforced: true });
  return false;
}

/** From now on the sample is the user's. */
export function noteShown({ stateFolder }: SampleTargets): void {
  const file = join(stateFolder, 'sample.json');
  writeJson(file, { ...readJson<Progress>(file), shown: true });
}

export interface Shown {
  customers: number;
  holds: number;
}

/** What the gateway shows now. @throws RequestRefused */
export async function look(targets: SampleTargets, token: string): Promise<Shown> {
  const { items: holds } = await callJson<{ items: unknown[] }>(
    `${targets.gateway}/credit/holds?state=held&limit=200`,
    { token },
  );
  return { customers: (await allCustomers(targets.gateway, token)).length, holds: holds.length };
}

/** Waits until the gateway shows the sample's customers and a hold: only then is the system of use to a newcomer. */
export async function waitUntilShown(targets: SampleTargets): Promise<Shown> {
  const token = await logIn(targets);
  try {
    return await until(
      async () => {
        const shown = await look(targets, token);
        if (shown.customers >= targets.customers && shown.holds > 0) return shown;
        throw new Error(`${shown.customers} of ${targets.customers} customers, ${shown.holds} holds`);
      },
      { limitMs: 120_000, everyMs: 500 },
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserFault(`The gateway does not show the sample company: ${why}.`, 'npm run logs -- credit-scoring');
  }
}
