/** Middle of a list; the mean of the two middles when it is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which `share` (0..1) of the list lies, nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))]!;
}

export interface Ratio {
  name: string;
  ratios: readonly number[];
  floor: number;
  goal: number;
  /** Rows or cents that differ from a recomputation; 0 or the claim does not hold. */
  drift: number;
  /** Which rival, where there are several. */
  against?: string;
}

/** `events: ratio 62.1 (floor 40, goal 100), drift 0, 5 rounds` */
export function ratioLine(claim: Ratio): { line: string; holds: boolean } {
  const { name, ratios, floor, goal, drift, against } = claim;
  const ratio = median(ratios);
  const shown = ratio.toFixed(ratio < 10 ? 2 : 1);
  const line = `${name}: ratio ${shown} (floor ${floor}, goal ${goal}), drift ${drift}, ${ratios.length} rounds`;
  return {
    line: against === undefined ? line : `${line}, against ${against}`,
    holds: ratio >= floor && drift === 0,
  };
}

/** `warm-start: value 18.2 s (goal 25)` */
export function valueLine(name: string, value: number, unit: string, goal?: number): { line: string; holds: boolean } {
  const text = `${name}: value ${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
  return { line: goal === undefined ? text : `${text} (goal ${goal})`, holds: true };
}
