import type { Tx } from '@cashloop/persistence';

/** The projection that stands where `projection` stood: whose tables to read. Itself until an operator switched. */
export async function liveProjection(tx: Tx, projection: string): Promise<string> {
  const rows = await tx.prepared<{ live: string }>(
    'projection_live',
    `with recursive live as (
       select $1::text as live, 0 as steps
       union all
       select s.projection, steps + 1 from live join projection_switch s on s.replaces = live.live
       where s.switched_at is not null and steps < 100)
     select live from live order by steps desc limit 1`,
    [projection],
  );
  return rows[0]?.live ?? projection;
}
