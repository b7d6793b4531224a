/** Amounts are decimal strings. They are compared and added as whole numbers, never as floating point. */

const SCALE = 6;

/** "12.5" -> 12500000n, so that amounts of one currency can be compared and added. */
export function scaled(text) {
  const [whole, fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(SCALE, '0').slice(0, SCALE));
  return text.startsWith('-') ? -value : value;
}

/** The inverse of `scaled`. */
export function unscaled(value) {
  const digits = (value < 0n ? -value : value).toString().padStart(SCALE + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
}

const formats = new Map();

/** In the viewer's own way of writing. Intl reads a decimal string exactly. */
export function formatMoney(text, currency) {
  if (text === null || text === undefined) return '';
  if (!formats.has(currency)) formats.set(currency, newFormat(currency));
  const format = formats.get(currency);
  return format === null ? `${text} ${currency}` : format.format(text);
}

function newFormat(currency) {
  try {
    return new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'code' });
  } catch {
    return null;
  }
}
