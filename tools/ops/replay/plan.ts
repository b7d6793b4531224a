import type { ServiceReplay } from '@cashloop/messaging/replay';
import { UserFault } from '../../local/faults.ts';
import { services } from '../../parts.ts';
import { exportOf, exportsNamed, projectionsBuiltBy } from '../connect/service-code.ts';

/** How the service that builds a projection rebuilds it. @throws a sentence that says why it does not, if it is known */
export async function planOf(projection: string): Promise<ServiceReplay> {
  const plans = [...(await exportsNamed<ServiceReplay>('replay')).values()];
  const plan = plans.find(({ projections }) => projection in projections);
  if (plan !== undefined) return plan;
  const names = plans.flatMap(({ projections }) => Object.keys(projections)).sort();
  if (names.length === 0) throw new UserFault('The services are not compiled.', 'npm start, or npm run build');
  const why = (await whyNot(projection)) ?? `There is no projection "${projection}" to rebuild.`;
  throw new UserFault(
    why,
    projection === VAULT ? 'npm run ops -- vault verify --against-kafka' : `name one of ${names.join(', ')}`,
  );
}

/** The projections of a service that can be rebuilt. @returns undefined when it is not compiled */
export async function replayedBy(service: string): Promise<Set<string> | undefined> {
  if ((await projectionsBuiltBy(service)) === undefined) return undefined;
  const plan = await exportOf<ServiceReplay>(service, 'replay');
  return new Set(Object.keys(plan?.projections ?? {}));
}

const VAULT = 'vault';

async function whyNot(projection: string): Promise<string | undefined> {
  for (const { name: service } of services) {
    if (!(await projectionsBuiltBy(service))?.has(projection)) continue;
    return projection === VAULT
      ? `${projection} of ${service} is not rebuilt: it is the log itself, which is compared record by record.`
      : `${projection} of ${service} is not rebuilt: its tables also hold what people and ${service} itself decided, which is on no topic it reads.`;
  }
  return undefined;
}
