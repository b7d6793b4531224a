import fc from 'fast-check';
import { inOrder, readDate } from './date.ts';
import { decideOrder, noEvidence, weigh } from './date-order.ts';

const day = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2069-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const written = (iso: string, order: 'dmy' | 'mdy', mark: string, padded: boolean): string => {
  const [year, month, dayOf] = iso.split('-').map((part, at) => (at === 0 || padded ? part : String(Number(part))));
  return (order === 'dmy' ? [dayOf, month, year] : [month, dayOf, year]).join(mark);
};

test('whatever the notation, the day comes back', () => {
  fc.assert(
    fc.property(
      day,
      fc.constantFrom('dmy' as const, 'mdy' as const),
      fc.constantFrom('/', '-', '.'),
      fc.boolean(),
      (iso, order, mark, padded) => {
        const reading = readDate(written(iso, order, mark, padded));
        expect(reading.kind === 'ordered' && inOrder(reading, order)).toEqual({ kind: 'date', iso });
        expect(readDate(iso.replaceAll('-', ''))).toEqual({ kind: 'date', iso });
      },
    ),
  );
});

test('a column is read in the order it was written, or refused: never in the other', () => {
  fc.assert(
    fc.property(
      fc.array(day, { minLength: 1, maxLength: 40 }),
      fc.constantFrom('dmy' as const, 'mdy' as const),
      (days, order) => {
        const evidence = noEvidence();
        const cells = days.map((iso) => written(iso, order, '/', true));
        cells.forEach((cell, at) => weigh(evidence, readDate(cell), cell, at + 2));
        const verdict = decideOrder(evidence);
        if (verdict.kind === 'ambiguous') return days.every((iso) => Number(iso.slice(8)) <= 12);
        expect(verdict.kind).toBe('order');
        return verdict.kind === 'order' && (verdict.why === 'not needed' || verdict.order === order);
      },
    ),
  );
});
