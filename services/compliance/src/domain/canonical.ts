/**
 * Bytes of a list of fields such that two different lists never give the same bytes: every field carries its kind and
 * its length. This is what the vault's hashes are made of, so it never changes; another form gets another domain.
 */
export class Canonical {
  private readonly parts: Uint8Array[] = [];

  /** `domain` separates this use of the hash from every other one. */
  constructor(domain: string) {
    this.text(domain);
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  bytes(value: Uint8Array | null): this {
    if (value === null) return this.push(Buffer.of(0));
    const head = Buffer.allocUnsafe(5);
    head.writeUInt8(1, 0);
    head.writeUInt32BE(value.byteLength, 1);
    return this.push(head).push(value);
  }

  integer(value: bigint): this {
    const field = Buffer.allocUnsafe(9);
    field.writeUInt8(2, 0);
    field.writeBigInt64BE(value, 1);
    return this.push(field);
  }

  done(): Buffer {
    return Buffer.concat(this.parts);
  }

  private push(part: Uint8Array): this {
    this.parts.push(part);
    return this;
  }
}
