// English, German, French, Spanish, Italian, Dutch and Portuguese, by the shortest start that is still one month only.
const starts: readonly (readonly string[])[] = [
  ['jan', 'ene', 'gen'],
  ['feb', 'fev'],
  ['mar', 'maa', 'mrt', 'mrz'],
  ['apr', 'avr', 'abr'],
  ['may', 'mai', 'mei', 'mag'],
  ['jun', 'juin', 'giu'],
  ['jul', 'juil', 'lug'],
  ['aug', 'aou', 'ago'],
  ['sep', 'set'],
  ['oct', 'okt', 'ott', 'out'],
  ['nov'],
  ['dec', 'dez', 'dic'],
];

/** Number of a month (1-12) from its name or short name, or undefined. */
export function monthOf(word: string): number | undefined {
  const name = word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/ä/g, 'a');
  const at = starts.findIndex((words) => words.some((start) => name.startsWith(start)));
  return at < 0 ? undefined : at + 1;
}
