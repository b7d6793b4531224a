/** How often each side runs, in turn: BENCH_ROUNDS, 5 unless told. */
export const rounds = Number(process.env.BENCH_ROUNDS ?? 5);

/** Share of the usual sizes, for a look whether a benchmark works at all: BENCH_SCALE, 1 unless told. */
const scale = Number(process.env.BENCH_SCALE ?? 1);

/** A size as this run takes it. */
export const sized = (full: number, least = 1): number => Math.max(least, Math.round(full * scale));
