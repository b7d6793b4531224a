import fc from 'fast-check';
import { identified } from './arrival.ts';
import { append, emptyHead } from './chain.ts';
import { Canonical } from './canonical.ts';
import { decodeHeaders, encodeHeaders, lastHeader } from './headers.ts';
import type { Arrival, Head, VaultRecord } from './vault-record.ts';
import { ChainCheck } from './verify.ts';

const aText = fc.uint8Array({ maxLength: 12 });
const anArrival = fc.record({
  key: fc.option(aText),
  headers: fc.array(fc.tuple(aText, fc.option(aText)), { maxLength: 4 }).map(encodeHeaders),
  value: fc.option(aText),
  timestampMs: fc.bigInt({ min: 0n, max: 2n ** 53n }),
});
const aChain = fc.array(anArrival, { minLength: 1, maxLength: 6 }).map((arrivals) => {
  let head = emptyHead('topic', 0);
  const records: VaultRecord[] = [];
  for (const [i, one] of arrivals.entries()) {
    const link = append(
      head,
      identified({ ...one, topic: 'topic', partition: 0, offset: BigInt(i) } as Arrival),
      new Date(i),
    );
    records.push(link.record);
    head = link.head;
  }
  return { records, head };
});

function passes(records: readonly VaultRecord[], head: Head): boolean {
  const check = new ChainCheck('topic', 0);
  for (const record of records) check.feed(record);
  return check.end(head) === undefined;
}

test('a chain as it was made passes', () => {
  fc.assert(fc.property(aChain, ({ records, head }) => passes(records, head)));
});

test('one flipped bit of any bytes is found', () => {
  const columns = ['key', 'headers', 'value', 'eventKey', 'previousHash', 'hash'] as const;
  fc.assert(
    fc.property(
      aChain,
      fc.nat(),
      fc.constantFrom(...columns),
      fc.nat(),
      fc.nat(7),
      ({ records, head }, at, column, byte, bit) => {
        const record = records[at % records.length]!;
        const bytes = record[column];
        fc.pre(bytes !== null && bytes.length > 0);
        const changed = Buffer.from(bytes!);
        changed[byte % changed.length]! ^= 1 << bit;
        return !passes(records.with(at % records.length, { ...record, [column]: changed }), head);
      },
    ),
  );
});

test('another number or a value that comes or goes is found', () => {
  const numbers = ['sequence', 'offset', 'timestampMs', 'orgId', 'storedAtMs'] as const;
  fc.assert(
    fc.property(
      aChain,
      fc.nat(),
      fc.constantFrom(...numbers),
      fc.bigInt({ min: 1n, max: 99n }),
      ({ records, head }, at, column, by) => {
        const record = records[at % records.length]!;
        return !passes(records.with(at % records.length, { ...record, [column]: record[column] + by }), head);
      },
    ),
  );
  fc.assert(
    fc.property(aChain, fc.nat(), fc.constantFrom('key', 'value'), ({ records, head }, at, column) => {
      const record = records[at % records.length]!;
      const other = record[column] === null ? Buffer.alloc(0) : null;
      return !passes(records.with(at % records.length, { ...record, [column]: other }), head);
    }),
  );
});

test('a missing, doubled or moved record is found', () => {
  fc.assert(
    fc.property(aChain, fc.nat(), fc.nat(), ({ records, head }, from, to) => {
      const at = from % records.length;
      const without = records.toSpliced(at, 1);
      if (passes(without, head) || passes(records.toSpliced(at, 0, records[at]!), head)) return false;
      const place = to % records.length;
      return place === at || !passes(without.toSpliced(place, 0, records[at]!), head);
    }),
  );
});

test('different lists of fields never have the same bytes', () => {
  const aList = fc.array(fc.option(fc.uint8Array({ maxLength: 4 })), { maxLength: 4 });
  const form = (list: (Uint8Array | null)[]): string =>
    list
      .reduce<Canonical>((canonical, field) => canonical.bytes(field), new Canonical('d'))
      .done()
      .toString('hex');
  fc.assert(fc.property(aList, aList, (a, b) => (form(a) === form(b)) === (JSON.stringify(a) === JSON.stringify(b))));
});

test('headers survive encoding', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(aText, fc.option(aText))), (headers) => {
      const plain = (list: readonly (readonly [Uint8Array, Uint8Array | null])[]): unknown =>
        list.map(([name, value]) => [[...name], value && [...value]]);
      expect(plain(decodeHeaders(encodeHeaders(headers)))).toEqual(plain(headers));
    }),
  );
});

test('the last header of a name is the one a full decoding finds', () => {
  const aHeader = fc.tuple(fc.uint8Array({ maxLength: 1, max: 2 }), fc.option(fc.uint8Array({ maxLength: 2 })));
  fc.assert(
    fc.property(fc.array(aHeader), fc.uint8Array({ maxLength: 1, max: 2 }), (headers, name) => {
      const wanted = decodeHeaders(encodeHeaders(headers)).findLast(([one]) => Buffer.from(one).equals(name))?.[1];
      expect(lastHeader(encodeHeaders(headers), name)).toEqual(wanted ?? undefined);
    }),
  );
});
