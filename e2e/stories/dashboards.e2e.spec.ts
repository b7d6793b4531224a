import { panelQueries } from '../../grafana/src/queries.ts';
import { eventually, System } from '../system.ts';

/** The sample company trades, Prometheus scrapes, and every panel of every dashboard has something to show. */
const system = new System(Number(process.env.E2E_PORT_BASE ?? 19080) + 200);

let prometheus: string;

interface Answer {
  data: { result: { value?: [number, string] }[] };
}

async function samples(query: string): Promise<number[]> {
  const url = `${prometheus}/api/v1/query?${new URLSearchParams({ query })}`;
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { data } = (await response.json()) as Answer;
  return data.result.map((one) => Number(one.value?.[1])).filter((value) => Number.isFinite(value));
}

beforeAll(async () => {
  await system.start();
  prometheus = system.part('prometheus').url!;
}, 300_000);
afterAll(() => system.stop(), 120_000);

test.each(panelQueries.map((query) => [`${query.row}: ${query.panel}: ${query.expr}`, query] as const))(
  '%s',
  async (_, query) => {
    await eventually(
      async () => {
        const values = await samples(query.expr.replaceAll('$__rate_interval', '1m'));
        const enough = query.expect === 'above_zero' ? values.some((value) => value > 0) : values.length > 0;
        if (!enough) throw new Error(`answered ${JSON.stringify(values)}`);
        return enough;
      },
      120_000,
      1_000,
    );
  },
  130_000,
);
