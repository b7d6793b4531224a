import type pg from 'pg';
import type { OwnedDocuments, OwnedKind, Query } from '@cashloop/messaging/ops';
import { UserFault } from '../../local/faults.ts';
import { exportOf, exportsNamed } from '../connect/service-code.ts';
import { inDatabaseOf, queryOn } from '../connect/service-database.ts';
import { knownService } from '../connect/service-environment.ts';

/** What a service owns. @throws a sentence with the services that own something */
export async function documentsOf(service: string): Promise<OwnedDocuments> {
  const found = await exportOf<OwnedDocuments>(knownService(service), 'documents');
  if (found !== undefined) return found;
  const owners = [...(await exportsNamed<OwnedDocuments>('documents')).keys()];
  if (owners.length === 0) throw new UserFault('The services are not compiled.', 'npm start, or npm run build');
  throw new UserFault(`${service} owns no documents.`, `name one of ${owners.join(', ')}`);
}

/** The kinds asked for, all when none is. */
export function kindsOf({ service, kinds }: OwnedDocuments, asked: readonly string[] | undefined): OwnedKind[] {
  const unknown = asked?.find((name) => !kinds.some(({ kind }) => kind === name));
  if (unknown !== undefined) {
    const known = kinds.map(({ kind }) => kind).join(', ');
    throw new UserFault(`${service} owns no documents of type "${unknown}".`, `name one of ${known}`);
  }
  return kinds.filter(({ kind }) => asked === undefined || asked.includes(kind));
}

/** One transaction that sees the rows of all orgs of the service. */
export function inAllOrgs<T>(
  { service, orgs }: OwnedDocuments,
  fn: (client: pg.Client, query: Query) => Promise<T>,
): Promise<T> {
  return inDatabaseOf(service, async (client) => {
    const query = queryOn(client);
    const ids = (await query<{ org_id: string }>(orgs)).map((row) => row.org_id);
    await query(`select set_config('cashloop.orgs', $1, true)`, [`{${ids.join(',')}}`]);
    return fn(client, query);
  });
}
