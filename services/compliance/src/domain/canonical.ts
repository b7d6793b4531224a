/**
 * Bytes of a list of fields such that two different lists never give the same bytes: every field carries its kind and
 * its length. This is what the vault's hashes are made of, so it never changes; another form gets another domain.
 */
export class Canonical {
  private readonly fields: (Uint8Array | bigint | null)[] = [];
  private length = 0;

  /** `domain` separates this use of the hash from every other one. */
  constructor(domain: string) {
    this.text(domain);
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value));
  }

  bytes(value: Uint8Array | null): this {
    this.fields.push(value);
    this.length += value === null ? 1 : 5 + value.byteLength;
    return this;
  }

  integer(value: bigint): this {
    this.fields.push(value);
    this.length += 9;
    return this;
  }

  done(): Buffer {
    const out = Buffer.allocUnsafe(this.length);
    let at = 0;
    for (const field of this.fields) at = write(out, at, field);
    return out;
  }
}

/** Nothing: 0. Bytes: 1, their number in 4 bytes, themselves. A number: 2, 8 bytes. Big-endian. */
function write(out: Buffer, at: number, field: Uint8Array | bigint | null): number {
  if (field === null) return out.writeUInt8(0, at);
  if (typeof field === 'bigint') return out.writeBigInt64BE(field, out.writeUInt8(2, at));
  const start = out.writeUInt32BE(field.byteLength, out.writeUInt8(1, at));
  out.set(field, start);
  return start + field.byteLength;
}
