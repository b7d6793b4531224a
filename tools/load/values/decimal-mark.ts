import { isEmpty } from './empty.ts';
import { takeApart, type DecimalMark } from './amount.ts';

/** What the amounts of a column say about their decimal mark. */
export interface MarkEvidence {
  point: number;
  pointLine?: number;
  comma: number;
  commaLine?: number;
  /** "1.250": a thousand and more, or one and a quarter. */
  unclearPoint: number;
  unclearComma: number;
  unclearExample?: string;
  /** "1250" without any mark: whoever writes this does not group thousands. */
  ungrouped: number;
  /** "950" without any mark: whoever always writes three decimals would not. */
  short: number;
}

export const noMarks = (): MarkEvidence => ({
  point: 0,
  comma: 0,
  unclearPoint: 0,
  unclearComma: 0,
  ungrouped: 0,
  short: 0,
});

/** Adds one cell to the evidence of its column. */
export function weighMark(evidence: MarkEvidence, cell: string | undefined, line: number): void {
  if (isEmpty(cell)) return;
  const digits = takeApart(cell!)?.digits;
  if (digits === undefined) return;
  const decided = markOf(digits);
  if (decided === '.') {
    evidence.point++;
    evidence.pointLine ??= line;
  } else if (decided === ',') {
    evidence.comma++;
    evidence.commaLine ??= line;
  } else if (decided === 'unclear') {
    if (digits.includes('.')) evidence.unclearPoint++;
    else evidence.unclearComma++;
    evidence.unclearExample ??= cell!.trim();
  } else if (digits.length > 3) evidence.ungrouped++;
  else if (/[1-9]/.test(digits)) evidence.short++;
}

function markOf(digits: string): DecimalMark | 'unclear' | 'none' {
  const points = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  if (points === 0 && commas === 0) return 'none';
  if (points > 0 && commas > 0) return digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
  const mark = points > 0 ? '.' : ',';
  if (points + commas > 1) return mark === '.' ? ',' : '.';
  const at = digits.indexOf(mark);
  const threeAfter = digits.length - at - 1 === 3;
  const couldGroup = threeAfter && at >= 1 && at <= 3 && digits[0] !== '0';
  return couldGroup ? 'unclear' : mark;
}

export type MarkVerdict =
  | { kind: 'mark'; mark: DecimalMark; why: 'not needed' | 'column' }
  | { kind: 'ambiguous'; example: string }
  | { kind: 'mixed'; pointLine: number; commaLine: number };

const slips = 0.005;

/** Decides the mark of a whole file: one program wrote all its amounts. */
export function decideMark(evidence: MarkEvidence): MarkVerdict {
  const { point, comma, unclearPoint, unclearComma } = evidence;
  if (point + comma > 0) {
    if (Math.min(point, comma) > slips * (point + comma)) {
      return { kind: 'mixed', pointLine: evidence.pointLine!, commaLine: evidence.commaLine! };
    }
    return { kind: 'mark', mark: point > comma ? '.' : ',', why: 'column' };
  }
  if (unclearPoint + unclearComma === 0) return { kind: 'mark', mark: '.', why: 'not needed' };
  // A file with 1250 beside 1.250 does not group thousands, so its mark stands before decimals.
  if (evidence.ungrouped * 20 > unclearPoint + unclearComma && (unclearPoint === 0 || unclearComma === 0)) {
    return { kind: 'mark', mark: unclearPoint > 0 ? '.' : ',', why: 'column' };
  }
  // Three decimals are never cut to none, so 1.250 and 2.500 beside 950 are thousands.
  if (
    evidence.ungrouped === 0 &&
    evidence.short > 0 &&
    unclearPoint + unclearComma > 1 &&
    (unclearPoint === 0 || unclearComma === 0)
  ) {
    return { kind: 'mark', mark: unclearPoint > 0 ? ',' : '.', why: 'column' };
  }
  return { kind: 'ambiguous', example: evidence.unclearExample! };
}
