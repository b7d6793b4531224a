import { queryParserError } from './faults.ts';

/** One word of a statement. */
export interface Token {
  kind: 'word' | 'text' | 'sign' | 'end';
  /** Text without its quotes. */
  text: string;
  /** Where it begins, counted from 1 as Intuit's messages do. */
  column: number;
}

const pattern = /\s*(?:'((?:[^'\\]|\\[^])*)'|([A-Za-z_][\w.]*|-?\d+(?:\.\d+)?)|(<=|>=|!=|[=<>(),*]))/y;

/** Splits a statement. @throws ApiFault 4000 */
export function tokensOf(statement: string): Token[] {
  const tokens: Token[] = [];
  const text = statement.replace(/[\s;]+$/, '');
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const from = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw queryParserError(`Lexical error at line 1, column ${from + 1}`);
    const [, quoted, word, sign] = match;
    const column = from + 1;
    if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.replace(/\\([^])/g, '$1'), column });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, column });
    else tokens.push({ kind: 'sign', text: sign!, column });
  }
  tokens.push({ kind: 'end', text: '<EOF>', column: text.length + 1 });
  return tokens;
}
