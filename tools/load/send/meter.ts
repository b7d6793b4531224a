import { SingleBar } from 'cli-progress';

/** Shows how far a long step is and how fast, on standard error: a bar in a terminal, else a line every few seconds. */
export class Meter {
  readonly #label: string;
  readonly #unit: string;
  readonly #bar: SingleBar | undefined;
  readonly #start = performance.now();
  #total: number;
  #value = 0;
  #shown = performance.now();

  /** @param unit what is counted, as "rows" or "MB" */
  constructor(label: string, total: number, unit: string, out: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#unit = unit;
    this.#total = total;
    if (!out.isTTY) return;
    this.#bar = new SingleBar({
      stream: out,
      clearOnComplete: false,
      hideCursor: true,
      format: `${label.padEnd(26)} {bar} {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s`,
    });
    this.#bar.start(Math.max(total, 1), 0, { rate: '-' });
  }

  to(value: number, total = this.#total): void {
    this.#value = value;
    this.#total = total;
    this.#bar?.setTotal(Math.max(total, value, 1));
    this.#bar?.update(value, { rate: this.rate() });
    if (this.#bar !== undefined || performance.now() - this.#shown < 5000) return;
    this.#shown = performance.now();
    process.stderr.write(`${this.#line()}\n`);
  }

  /** Ends the step; answers how long it took. */
  done(): { seconds: number } {
    this.#bar?.update(this.#value, { rate: this.rate() });
    this.#bar?.stop();
    if (this.#bar === undefined) process.stderr.write(`${this.#line()}\n`);
    return { seconds: this.#seconds() };
  }

  rate(): string {
    const perSecond = this.#value / Math.max(this.#seconds(), 0.001);
    return perSecond >= 100 ? Math.round(perSecond).toLocaleString('en-US') : perSecond.toFixed(1);
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  #line(): string {
    return `${this.#label}: ${this.#value.toLocaleString('en-US')} of ${this.#total.toLocaleString('en-US')} ${this.#unit}, ${this.rate()} ${this.#unit}/s`;
  }
}
