import fc from 'fast-check';
import { currencies, formatDecimal } from '@cashloop/money';
import { readAmount, signOf, type DecimalMark } from './amount.ts';
import { decideMark, noMarks, weighMark } from './decimal-mark.ts';

const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const style = fc.record({
  mark: fc.constantFrom<DecimalMark>('.', ','),
  group: fc.constantFrom('', 'mark', ' ', "'", '\u00a0'),
  negative: fc.constantFrom('front', 'behind', 'brackets', 'minus sign'),
  unit: fc.constantFrom('', '€ ', 'USD '),
});

function written(
  value: bigint,
  currency: string,
  how: { mark: DecimalMark; group: string; negative: string; unit: string },
): string {
  const [whole = '', fraction] = formatDecimal(value < 0n ? -value : value, currency).split('.');
  const group = how.group === 'mark' ? (how.mark === '.' ? ',' : '.') : how.group;
  const text = whole.replace(/\B(?=(\d{3})+$)/g, group) + (fraction === undefined ? '' : how.mark + fraction);
  if (value >= 0n) return how.unit + text;
  return {
    front: `-${how.unit}${text}`,
    behind: `${how.unit}${text}-`,
    brackets: `(${how.unit}${text})`,
    'minus sign': `−${text}`,
  }[how.negative]!;
}

test('what was written comes back exactly, whatever the style', () => {
  fc.assert(
    fc.property(minor, fc.constantFrom(...currencies()), style, (value, currency, how) => {
      const text = written(value, currency, how);
      expect(readAmount(text, how.mark, currency)).toMatchObject({ kind: 'amount', minor: value, rounded: false });
      expect(signOf(text)).toBe(value < 0n ? -1 : value > 0n ? 1 : 0);
    }),
  );
});

test('a column is never read with the other mark', () => {
  fc.assert(
    fc.property(
      fc.array(minor, { minLength: 1, maxLength: 30 }),
      style,
      fc.constantFrom('USD', 'JPY'),
      (values, how, currency) => {
        const evidence = noMarks();
        values.forEach((value, at) =>
          weighMark(evidence, written(value, currency, { ...how, group: how.group === '' ? '' : 'mark' }), at + 2),
        );
        const verdict = decideMark(evidence);
        return (
          verdict.kind === 'ambiguous' ||
          (verdict.kind === 'mark' && (verdict.why === 'not needed' || verdict.mark === how.mark))
        );
      },
    ),
  );
});
