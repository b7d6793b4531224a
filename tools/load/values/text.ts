/** A name as it is compared: lower case, without accents, words split by single spaces ("InvoiceDate" is "invoice date"). */
export function plain(text: string): string {
  return text
    .replace(/(\p{Ll}\d*)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/n°|nº|№/g, 'no')
    .replace(/[^\p{L}\p{N}#]+/gu, ' ')
    .trim();
}
