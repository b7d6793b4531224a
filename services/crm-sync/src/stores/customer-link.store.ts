import { Injectable } from '@nestjs/common';
import type { Tx } from '@cashloop/persistence';
import { linkId } from '../domain/sighting.ts';
import type { Link, LinkKey } from '../domain/sighting.ts';

interface LinkRow {
  org_id: string;
  system: string;
  company: string;
  external_id: string;
  customer_id: string;
  parent_external_id: string;
  seen_version: number;
}

const COLUMNS = `link.org_id, link.system, link.company, link.external_id, link.customer_id, link.parent_external_id,
  link.seen_version`;
const KEYS = `unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) key (org_id, system, company, external_id)`;

/** Where outside systems know our customers. */
@Injectable()
export class CustomerLinkStore {
  /**
   * Makes a link exist for each place, to its own customer or with an id drawn for a new one, then locks all of them. Two
   * statements: one would not see the rows it has just made.
   * @param own by linkId, customers that exist and that these places were made for
   */
  async claim(tx: Tx, keys: readonly LinkKey[], own: ReadonlyMap<string, string>): Promise<Link[]> {
    const columns = columnsOf(keys);
    await tx.prepared(
      'customer_link_claim',
      `insert into customer_link (org_id, system, company, external_id, customer_id, parent_external_id, seen_version)
       select key.org_id, key.system, key.company, key.external_id, coalesce(key.own, nextval('customer_id_seq')), '', 0
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::bigint[])
              key (org_id, system, company, external_id, own)
        where not exists (select from customer_link link where (link.org_id, link.system, link.company, link.external_id)
                                                            = (key.org_id, key.system, key.company, key.external_id))
        order by 1, 2, 3, 4 on conflict do nothing`,
      [...columns, keys.map((key) => own.get(linkId(key)) ?? null)],
    );
    return this.select(tx, 'customer_link_lock', 'order by 1, 2, 3, 4 for update of link', columns);
  }

  /** The customers at these places, by linkId, as far as they are known. */
  async customersAt(tx: Tx, keys: readonly LinkKey[]): Promise<Map<string, string>> {
    const links = await this.select(tx, 'customer_link_at', '', columnsOf(keys));
    return new Map(links.map((link) => [linkId(link), link.customerId]));
  }

  /** Links whose parent stands at one of these places. */
  async childrenOf(tx: Tx, parents: readonly LinkKey[]): Promise<Link[]> {
    const rows = await tx.prepared<LinkRow>(
      'customer_link_children',
      `select ${COLUMNS} from ${KEYS} join customer_link link
           on link.org_id = key.org_id and link.system = key.system and link.company = key.company
          and link.parent_external_id = key.external_id and link.parent_external_id <> ''`,
      columnsOf(parents),
    );
    return rows.map(toLink);
  }

  /** All links of these customers, in a stable order. */
  async ofCustomers(tx: Tx, customerIds: readonly string[]): Promise<Map<string, Link[]>> {
    const rows = await tx.prepared<LinkRow>(
      'customer_link_of',
      `select ${COLUMNS} from customer_link link where customer_id = any($1::bigint[])
        order by system, company, external_id`,
      [customerIds],
    );
    return Map.groupBy(rows.map(toLink), (link) => link.customerId);
  }

  /** Remembers which sighting was applied last. */
  async saveSeen(tx: Tx, links: readonly Link[]): Promise<void> {
    if (links.length === 0) return;
    await tx.prepared(
      'customer_link_seen',
      `update customer_link link set seen_version = seen.version, parent_external_id = seen.parent_external_id
         from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::int[], $6::text[])
              seen (org_id, system, company, external_id, version, parent_external_id)
        where (link.org_id, link.system, link.company, link.external_id)
            = (seen.org_id, seen.system, seen.company, seen.external_id)`,
      [...columnsOf(links), links.map((link) => link.seenVersion), links.map((link) => link.parentExternalId)],
    );
  }

  private async select(tx: Tx, name: string, tail: string, columns: unknown[]): Promise<Link[]> {
    const rows = await tx.prepared<LinkRow>(
      name,
      `select ${COLUMNS} from ${KEYS} join customer_link link
           on link.org_id = key.org_id and link.system = key.system and link.company = key.company
          and link.external_id = key.external_id ${tail}`,
      columns,
    );
    return rows.map(toLink);
  }
}

const columnsOf = (keys: readonly LinkKey[]): string[][] => [
  keys.map((key) => key.orgId),
  keys.map((key) => key.system),
  keys.map((key) => key.company),
  keys.map((key) => key.externalId),
];

const toLink = (row: LinkRow): Link => ({
  orgId: row.org_id,
  system: row.system,
  company: row.company,
  externalId: row.external_id,
  customerId: row.customer_id,
  parentExternalId: row.parent_external_id,
  seenVersion: row.seen_version,
});
