/** One small number per record, a byte each. */
export class FateList {
  #bytes = new Uint8Array(1 << 12);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  at(record: number): number {
    return this.#bytes[record]!;
  }
}
