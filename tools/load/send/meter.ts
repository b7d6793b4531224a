import { SingleBar } from 'cli-progress';

interface MeterOptions {
  /** What is still awaited when all has been counted. */
  waitsFor?: string;
  out?: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  /** Pause between lines where there is no terminal. */
  everyMs?: number;
}

/** Shows how far a long step is and how fast, on standard error: a bar in a terminal, else a line every few seconds. */
export class Meter {
  readonly #label: string;
  readonly #unit: string;
  readonly #out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  readonly #everyMs: number;
  readonly #bar: SingleBar | undefined;
  readonly #start = performance.now();
  #waitsFor: string | undefined;
  #total: number;
  #value = 0;
  #shown = performance.now();
  /** The count of the last line; the same count is not shown twice. */
  #shownCount = '';

  /** @param unit what is counted, as "rows" or "MB" */
  constructor(label: string, total: number, unit: string, options: MeterOptions = {}) {
    this.#label = label;
    this.#unit = unit;
    this.#total = total;
    this.#waitsFor = options.waitsFor;
    this.#out = options.out ?? process.stderr;
    this.#everyMs = options.everyMs ?? 5000;
    if (!this.#out.isTTY) return;
    this.#bar = new SingleBar({
      stream: this.#out as NodeJS.WriteStream,
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
    if (this.#bar !== undefined || performance.now() - this.#shown < this.#everyMs) return;
    this.#shown = performance.now();
    if (this.#isShown() && value >= total) this.#sayWaiting();
    else this.#say();
  }

  /** Ends the step; answers how long it took. */
  done(): { seconds: number } {
    this.#bar?.update(this.#value, { rate: this.rate() });
    this.#bar?.stop();
    if (this.#bar === undefined && !this.#isShown()) this.#say();
    return { seconds: this.#seconds() };
  }

  rate(): string {
    const perSecond = this.#value / Math.max(this.#seconds(), 0.001);
    return perSecond >= 100 ? Math.round(perSecond).toLocaleString('en-US') : perSecond.toFixed(1);
  }

  #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  #count(): string {
    return `${this.#value.toLocaleString('en-US')} of ${this.#total.toLocaleString('en-US')} ${this.#unit}`;
  }

  #isShown(): boolean {
    return this.#shownCount === this.#count();
  }

  #say(): void {
    this.#shownCount = this.#count();
    this.#out.write(`${this.#label}: ${this.#shownCount}, ${this.rate()} ${this.#unit}/s\n`);
  }

  #sayWaiting(): void {
    if (this.#waitsFor !== undefined) this.#out.write(`${this.#label}: ${this.#waitsFor}\n`);
    this.#waitsFor = undefined;
  }
}
