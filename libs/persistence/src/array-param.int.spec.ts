import fc from 'fast-check';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '@cashloop/testkit';
import { type ArrayParam, arrayParam } from './array-param.ts';

describe('arrayParam', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await testDatabase({ migrations: [] });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.close();
  });

  const back = async (type: string, values: unknown): Promise<unknown> =>
    (await client.query<{ v: unknown }>(`select $1::${type}[] as v`, [values])).rows[0]?.v;

  const odd = fc.constantFrom('', 'NULL', 'null', '{', '}', ',', '"', '\\', '\\n', '\n', '\t', '\u{1f600}', "'", ' a ');
  const text = fc.oneof(odd, fc.string({ unit: 'grapheme' })).filter((value) => !value.includes('\0'));

  test('texts come back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
        expect(await back('text', arrayParam(values))).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  test('numbers and booleans are what pg makes of them', async () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, NaN, Infinity, 1e21, 1e-9));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(number)), fc.array(fc.option(fc.boolean())), async (numbers, booleans) => {
        expect(await back('float8', arrayParam(numbers))).toEqual(await back('float8', numbers));
        expect(await back('boolean', arrayParam(booleans))).toEqual(booleans);
      }),
    );
  });

  test('what JSON would write in another way is left to pg', () => {
    const others = [[new Date(0)], [1n], [Buffer.from('a')], [{ a: 1 }], [['a']], [NaN], ['a\nb'], ['\ud800']];
    expect(others.map(arrayParam)).toEqual(others);
    expect(arrayParam('["a"]')).toBe('["a"]');
    const written = arrayParam(['a', 'say "so"', 'C:\\dir', null]) as ArrayParam;
    expect(written.toPostgres()).toBe('{"a","say \\"so\\"","C:\\\\dir",null}');
  });
});
