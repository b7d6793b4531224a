/** One change to the text of a module, made while it is loaded. Nothing on disk changes. */
export interface Edit {
  /** End of the module's path. */
  readonly file: string;
  /** Must stand in the module exactly once. */
  readonly from: string;
  readonly to: string;
}

/**
 * A text with its edits made.
 * @throws when a text to be changed is not there once: the module was rewritten, and the edit has to follow it
 */
export function edited(path: string, text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { file, from, to } of edits) {
    if (!path.endsWith(`/${file}`)) continue;
    const found = result.split(from).length - 1;
    if (found !== 1) throw new Error(`the simulation changes "${from}" in ${file}, which stands there ${found} times`);
    result = result.replace(from, () => to);
  }
  return result;
}
