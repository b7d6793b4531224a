import type { DescField, DescMessage, Message } from '@bufbuild/protobuf';

/** A message breaks the contract of its schema: the sender has a defect, or the record is not ours. */
export class InvalidEventData extends Error {
  override readonly name = 'InvalidEventData';
  readonly code = 'event.invalid_data';

  constructor(
    readonly field: string,
    readonly fault: string,
  ) {
    super(`${field}: ${fault}`);
  }
}

interface Check {
  readonly kind: 'enum' | 'version' | 'message' | 'list';
  readonly localName: string;
  readonly name: string;
  /** Of `message` and `list`. */
  readonly schema: DescMessage | undefined;
}

/** Few fields need a look, and every event is looked at: which ones is worked out once per schema. */
const checks = new WeakMap<DescMessage, readonly Check[]>();

function checksOf(schema: DescMessage): readonly Check[] {
  let found = checks.get(schema);
  if (found === undefined) checks.set(schema, (found = schema.fields.flatMap((field) => checkOf(field) ?? [])));
  return found;
}

function checkOf(field: DescField): Check | undefined {
  const { localName, name } = field;
  if (field.fieldKind === 'enum') return { kind: 'enum', localName, name, schema: undefined };
  if (field.fieldKind === 'message' && field.message.file.proto.package !== 'google.protobuf')
    return { kind: 'message', localName, name, schema: field.message };
  if (field.fieldKind === 'list' && field.listKind === 'message')
    return { kind: 'list', localName, name, schema: field.message };
  return name === 'version' ? { kind: 'version', localName, name, schema: undefined } : undefined;
}

/**
 * Refuses what proto3 alone lets through: an enum left UNSPECIFIED, a version of 0. Checked on the way out and in.
 * @throws InvalidEventData naming the field
 */
export function validateMessage(schema: DescMessage, message: Message, path = ''): void {
  const values = message as unknown as Record<string, unknown>;
  for (const { kind, localName, name, schema: inner } of checksOf(schema)) {
    const value = values[localName];
    if (kind === 'enum' && value === 0) throw new InvalidEventData(path + name, 'is UNSPECIFIED');
    if (kind === 'version' && value === 0 && path === '') throw new InvalidEventData(name, 'starts at 1');
    if (inner === undefined || value === undefined) continue;
    if (kind === 'message') validateMessage(inner, value as Message, `${path}${name}.`);
    else (value as Message[]).forEach((item, i) => validateMessage(inner, item, `${path}${name}[${i}].`));
  }
}
