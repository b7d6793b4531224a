const dayMs = 86_400_000;

/** A day so many days later; days are ISO dates. */
export const plusDays = (iso: string, days: number): string =>
  days === 0 ? iso : new Date(Date.parse(`${iso}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
