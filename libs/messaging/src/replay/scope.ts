import type { TransactionRunner } from '@cashloop/persistence';
import { hasLines, type StateSide } from './compare.ts';
import { projectionsOf, type ReplayedProjection, type ReplayRequest, type ServiceReplay } from './service-replay.ts';

export async function sidesOf(
  plan: ServiceReplay,
  { projection, customers, orgs: asked }: ReplayRequest,
  live: TransactionRunner,
  runner: TransactionRunner,
): Promise<{ live: StateSide; replay: StateSide }> {
  const orgs = await orgsOf(live, plan, asked);
  const { state } = plan.projections[projection] as ReplayedProjection;
  const projections = projectionsOf(plan, projection);
  const side = { orgs, state, customers: customers ?? null, projections };
  return { live: { ...side, runner: live }, replay: { ...side, runner } };
}

async function orgsOf(live: TransactionRunner, plan: ServiceReplay, asked?: readonly string[]): Promise<string[]> {
  const { orgs } = plan;
  if (asked !== undefined) return [...asked];
  if (orgs === undefined) return [];
  return (await live.read([], (tx) => tx.query<{ org_id: string }>(orgs))).map((row) => row.org_id);
}

/** The customers asked for and all whose state hangs on theirs. */
export async function familyOf(
  live: TransactionRunner,
  plan: ServiceReplay,
  { customers, orgs }: ReplayRequest,
): Promise<readonly string[] | undefined> {
  const { family } = plan;
  if (customers === undefined || family === undefined) return customers;
  const rows = await live.read(await orgsOf(live, plan, orgs), (tx) =>
    tx.query<{ customer_id: string }>(family, [customers]),
  );
  return [...new Set([...customers, ...rows.map((row) => row.customer_id)])];
}

/** The live accounts are others than those whose records this replay reads. */
export class FamilyChanged extends Error {
  override readonly name = 'FamilyChanged';
}

/** @throws FamilyChanged when the state of the customers covered hangs on others too by now */
export async function sameFamily(live: TransactionRunner, plan: ServiceReplay, request: ReplayRequest): Promise<void> {
  const covered = new Set(request.customers);
  const others = ((await familyOf(live, plan, request)) ?? []).filter((id) => !covered.has(id));
  if (others.length === 0) return;
  throw new FamilyChanged(
    `customers ${others.join(', ')} belong to those asked for since it began, and their earlier records were left out`,
  );
}

/** The customers and orgs asked for that stand on neither side. */
export async function unmatchedOf(
  { live, replay }: { live: StateSide; replay: StateSide },
  { customers = [], orgs = [] }: ReplayRequest,
): Promise<string[]> {
  const asked = [
    ...customers.map((id) => ({ name: `customer ${id}`, only: { customers: [id] } })),
    ...orgs.map((id) => ({ name: `org ${id}`, only: { orgs: [id], customers: null } })),
  ];
  const unmatched: string[] = [];
  for (const { name, only } of asked) {
    if (!(await hasLines({ ...live, ...only })) && !(await hasLines({ ...replay, ...only }))) unmatched.push(name);
  }
  return unmatched;
}
