import { fromJson, ScalarType, toJson, type DescField, type DescMessage, type JsonValue } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { create, topicDefs, type TopicDef } from '../src/index.ts';
import { spellsSurrogates, usualReader } from '../src/usual-json.ts';

const schemas = [
  ...new Set(Object.values(topicDefs as Record<string, TopicDef>).flatMap(({ types }) => Object.values(types))),
];
const written = { useProtoFieldName: true };
const text = fc.string({ unit: 'grapheme' });

/** Any value a field may have. */
function valueOf(field: DescField): fc.Arbitrary<unknown> {
  if (field.fieldKind === 'scalar') return scalarOf(field.scalar);
  if (field.fieldKind === 'enum') return fc.constantFrom(...field.enum.values.map(({ number }) => number));
  if (field.fieldKind === 'message') return fc.option(bodyOf(field.message), { nil: undefined });
  if (field.fieldKind === 'list' && field.listKind !== 'enum')
    return fc.array(field.listKind === 'scalar' ? scalarOf(field.scalar) : bodyOf(field.message), { maxLength: 3 });
  throw new Error(`${field}: teach this test its kind`);
}

function scalarOf(scalar: ScalarType): fc.Arbitrary<unknown> {
  if (scalar === ScalarType.STRING) return text;
  if (scalar === ScalarType.BOOL) return fc.boolean();
  if (scalar === ScalarType.UINT32) return fc.nat({ max: 2 ** 32 - 1 });
  throw new Error(`scalar ${scalar}: teach this test its kind`);
}

function bodyOf(schema: DescMessage): fc.Arbitrary<object> {
  if (schema.typeName === 'google.protobuf.Timestamp')
    return fc.record({
      seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
      nanos: fc.nat({ max: 999_999_999 }),
    });
  return fc.record(Object.fromEntries(schema.fields.map((field) => [field.localName, valueOf(field)])), {
    requiredKeys: [],
  });
}

/** As we write it, or as somebody who leaves zeros out. */
const jsonOf = (schema: DescMessage): fc.Arbitrary<JsonValue> =>
  fc
    .tuple(bodyOf(schema), fc.boolean())
    .map(([body, alwaysEmitImplicit]) =>
      toJson(schema, create(schema, body as never), { ...written, alwaysEmitImplicit }),
    );

/** What hostile or foreign writers make of it. */
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(-0, -1, 1.5, 2 ** 32, '1', '\ud800', 'NO_SUCH_STATE', null, [], [null], {}, 'constructor', '+00:00'),
);

const readBy = (read: () => unknown): { value?: unknown; failed?: true } => {
  try {
    return { value: read() };
  } catch {
    return { failed: true };
  }
};

describe.each(schemas.map((schema) => [schema.typeName, schema] as const))('%s', (_, schema) => {
  const read = usualReader(schema)!;
  const theirs = (json: JsonValue): unknown => fromJson(schema, json, { ignoreUnknownFields: true });

  test('what we write is read without protobuf-es, and as it would read it', () => {
    fc.assert(
      fc.property(jsonOf(schema), (json) => {
        const found = read(json);
        expect(found).toBeDefined();
        expect(found).toStrictEqual(theirs(json));
      }),
      { numRuns: 50 },
    );
  });

  test('anything else is read as protobuf-es reads it, or left to it', () => {
    const names = schema.fields.flatMap(({ name, jsonName, localName }) => [name, jsonName, localName]);
    const changes = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names, '__proto__', 'toString'), text), strange), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(jsonOf(schema), changes, (json, changed) => {
        const body = JSON.parse(
          JSON.stringify([json]).replace(/}\]$/, () => {
            const added = changed.map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`).join('');
            return `${added}}]`.replace(/^,(?=.*)/, Object.keys(json as object).length === 0 ? '' : ',');
          }),
        )[0] as JsonValue;
        const found = readBy(() => (spellsSurrogates(JSON.stringify(body)) ? undefined : read(body)));
        if (found.failed) expect(readBy(() => theirs(body))).toEqual({ failed: true });
        else if (found.value !== undefined) expect(found.value).toStrictEqual(theirs(body));
      }),
      { numRuns: 200 },
    );
  });
});

test('two messages never share a list', () => {
  const schema = topicDefs.receivable.types.payment_received;
  const [one, other] = [usualReader(schema)!({}), usualReader(schema)!({})] as { applications?: unknown[] }[];
  expect(one!.applications).toEqual([]);
  expect(one!.applications).not.toBe(other!.applications);
});

test('where compiling is forbidden, protobuf-es reads', () => {
  const theirs = globalThis.Function;
  globalThis.Function = function () {
    throw new EvalError('Code generation from strings disallowed for this context');
  } as never;
  try {
    expect(usualReader(topicDefs.receivable.types.payment_received)).toBeUndefined();
  } finally {
    globalThis.Function = theirs;
  }
});
