import {
  fromJson,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence, TimestampSchema } from '@bufbuild/protobuf/wkt';

/**
 * Reads a body in its usual form, or answers undefined: then protobuf-es has to read it, or to say what is wrong. Of a text
 * that `spellsSurrogates` it may not be asked.
 */
export type UsualReader = (json: unknown) => Message | undefined;

/** May hold half a surrogate pair, which protobuf refuses: what is made from bytes holds one only where it is spelled out. */
export const spellsSurrogates = (text: string): boolean => text.includes('\\ud') || text.includes('\\uD');

/** How one field is read, as source text. */
interface Field {
  readonly localName: string;
  /** As we write it. */
  readonly name: string;
  /** An expression of the raw value `raw`: the value read, or undefined. */
  readonly read: string;
  /** An expression of what stands there when nothing was written; undefined for messages, which are then absent. */
  readonly zero: string | undefined;
}

/**
 * A reader of what `outgoing` writes: names as in the proto, strings as strings, numbers as numbers, enums by name, nothing
 * unknown. protobuf-es reads every form that proto3 JSON allows, and took a quarter of a consumer's processor time for it.
 * The reader is compiled, as JSON validators do: one literal of known shape instead of twenty stores by name.
 * @returns undefined for a schema with other kinds of fields, and where compiling is forbidden
 */
export function usualReader(schema: DescMessage, within: readonly DescMessage[] = []): UsualReader | undefined {
  if (within.includes(schema) || schema.oneofs.length > 0) return undefined;
  const used: unknown[] = [];
  const fields: Field[] = [];
  for (const field of schema.fields) {
    const read = readOf(field, [...within, schema], (value) => `used[${used.push(value) - 1}]`);
    if (read === undefined) return undefined;
    fields.push({ localName: field.localName, name: field.name, read, zero: zeroOf(field) });
  }
  try {
    // Names come from our own protos, where they are identifiers.
    return new Function('used', sourceOf(schema.typeName, fields))(used) as UsualReader;
  } catch (error) {
    if (error instanceof EvalError) return undefined; // this process may not compile
    throw error;
  }
}

function sourceOf(typeName: string, fields: readonly Field[]): string {
  const literal = fields.flatMap(({ localName, zero }, i) => (zero === undefined ? [] : `${localName}: value${i}, `));
  return `return (json) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
    let found = 0, raw;
    ${fields.map(readInto).join('')}
    // Another name is an unknown field, or a known one by its other name.
    if (found !== Object.keys(json).length) return undefined;
    const message = { $typeName: '${typeName}', ${literal.join('')} };
    ${fields.map(addWhenThere).join('')}
    return message;
  }`;
}

const readInto = ({ name, read, zero }: Field, i: number): string => `
    let value${i} = ${zero};
    if ((raw = json.${name}) !== undefined) {
      if ((value${i} = ${read}) === undefined) return undefined;
      found += 1;
    }`;

const addWhenThere = ({ localName, zero }: Field, i: number): string =>
  zero === undefined ? `if (value${i} !== undefined) message.${localName} = value${i};` : '';

function zeroOf(field: DescField): string | undefined {
  if (field.fieldKind === 'list') return '[]';
  if (field.fieldKind === 'enum') return String(field.enum.values[0]!.number);
  return field.fieldKind === 'scalar' ? scalars.get(field.scalar)?.zero : undefined;
}

function readOf(field: DescField, within: readonly DescMessage[], use: (value: unknown) => string): string | undefined {
  // One that may be absent has no zero.
  if (field.fieldKind !== 'message' && field.presence === FeatureSet_FieldPresence.EXPLICIT) return undefined;
  if (field.fieldKind === 'scalar') return scalars.get(field.scalar)?.read;
  if (field.fieldKind === 'enum') return `${use(numbersOf(field.enum))}.get(raw)`;
  if (field.fieldKind === 'map' || (field.fieldKind === 'list' && field.listKind === 'enum')) return undefined;
  const inner = field.message === undefined ? undefined : innerReader(field.message, within);
  if (field.fieldKind === 'message') return inner && `${use(inner)}(raw)`;
  const item = field.listKind === 'scalar' ? scalars.get(field.scalar)?.read : inner && `${use(inner)}(raw)`;
  return item && `${use(listOf)}(raw, (raw) => ${item})`;
}

const scalars = new Map<ScalarType, { read: string; zero: string }>([
  [ScalarType.STRING, { read: `typeof raw === 'string' ? raw : undefined`, zero: `''` }],
  [ScalarType.BOOL, { read: `typeof raw === 'boolean' ? raw : undefined`, zero: 'false' }],
  [ScalarType.UINT32, { read: `typeof raw === 'number' && raw >>> 0 === raw ? raw : undefined`, zero: '0' }],
]);

const numbersOf = ({ values }: DescEnum): Map<unknown, number> =>
  new Map(values.map(({ name, number }) => [name, number]));

function innerReader(schema: DescMessage, within: readonly DescMessage[]): UsualReader | undefined {
  if (schema.typeName === TimestampSchema.typeName) return timestamp;
  if (schema.typeName.startsWith('google.protobuf.')) return undefined; // these have forms of their own
  return usualReader(schema, within);
}

const timestamp: UsualReader = (json) => (typeof json === 'string' ? fromJson(TimestampSchema, json) : undefined);

function listOf(json: unknown, read: (item: unknown) => unknown): unknown[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const items = json.map((item) => read(item));
  return items.includes(undefined) ? undefined : items;
}
