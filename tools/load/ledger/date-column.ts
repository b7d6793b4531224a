import { inOrder, readDate, readSerial, type DateReading, type DayMonthOrder } from '../values/date.ts';
import { noEvidence, weigh } from '../values/date-order.ts';

const cached = 20_000;

/** What one column of dates shows: its order of day and month, and its last day under each order. */
export class DateColumn {
  readonly evidence = noEvidence();
  readonly #readings = new Map<string, DateReading>();
  readonly #last = new Map<DayMonthOrder, string>();
  readonly #notAfter: string;

  /** @param notAfter later days are slips of the pen, or stand for "never" */
  constructor(notAfter: string) {
    this.#notAfter = notAfter;
  }

  add(cell: string | undefined, line: number): void {
    if (cell === undefined || cell === '') return;
    let reading = this.#readings.get(cell);
    if (reading === undefined) {
      reading = readDate(cell);
      if (this.#readings.size > cached) this.#readings.clear();
      this.#readings.set(cell, reading);
      this.#see(reading, cell);
    }
    weigh(this.evidence, reading, cell, line);
  }

  #see(reading: DateReading, cell: string): void {
    for (const order of ['dmy', 'mdy', 'ymd'] as const) {
      const read = reading.kind === 'ordered' ? inOrder(reading, order) : reading;
      const day = read.kind === 'date' ? read.iso : read.kind === 'unreadable' ? readSerial(cell) : undefined;
      if (day !== undefined && day <= this.#notAfter && day > (this.#last.get(order) ?? '')) this.#last.set(order, day);
    }
  }

  lastDay(order: DayMonthOrder): string | undefined {
    return this.#last.get(order);
  }
}
