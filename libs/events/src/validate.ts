import type { DescMessage, Message } from '@bufbuild/protobuf';

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

/**
 * Refuses what proto3 alone lets through: an enum left UNSPECIFIED, a version of 0. Checked on the way out and in.
 * @throws InvalidEventData naming the field
 */
export function validateMessage(schema: DescMessage, message: Message, path = ''): void {
  const values = message as unknown as Record<string, unknown>;
  for (const field of schema.fields) {
    const value = values[field.localName];
    const name = path + field.name;
    if (field.fieldKind === 'enum' && value === 0) throw new InvalidEventData(name, 'is UNSPECIFIED');
    if (path === '' && field.name === 'version' && value === 0) throw new InvalidEventData(name, 'starts at 1');
    if (
      field.fieldKind === 'message' &&
      value !== undefined &&
      field.message.file.proto.package !== 'google.protobuf'
    ) {
      validateMessage(field.message, value as Message, `${name}.`);
    }
    if (field.fieldKind === 'list' && field.listKind === 'message') {
      (value as Message[]).forEach((item, i) => validateMessage(field.message, item, `${name}[${i}].`));
    }
  }
}
