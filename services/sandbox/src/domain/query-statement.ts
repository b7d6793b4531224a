import { queryInvalid, queryParserError } from './faults.ts';
import { type Token, tokensOf } from './query-tokens.ts';

export type Comparison = '=' | '<' | '>' | '<=' | '>=' | 'IN' | 'LIKE';

export interface Condition {
  property: string;
  comparison: Comparison;
  /** One value, for IN any number. */
  values: string[];
}

/** A statement of the query language, read but not yet checked against an entity's properties. */
export interface QueryStatement {
  entity: string;
  countOnly: boolean;
  where: Condition[];
  orderBy: { property: string; descending: boolean }[];
  /** From 1. */
  startPosition: number;
  maxResults: number;
}

const DEFAULT_PAGE = 100;
const MOST_PER_PAGE = 1000;
const comparisons = new Set(['=', '<', '>', '<=', '>=', 'IN', 'LIKE']);

/** Reads a statement. @throws ApiFault 4000 when it cannot be read, 4001 when a figure is out of range */
export function parseQuery(statement: string): QueryStatement {
  return new Reader(tokensOf(statement)).statement();
}

class Reader {
  readonly #tokens: Token[];
  #next = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  statement(): QueryStatement {
    this.#expect('SELECT');
    const countOnly = this.#columns();
    this.#expect('FROM');
    const entity = this.#word();
    const where = this.#takes('WHERE') ? this.#conditions() : [];
    const orderBy = this.#takesOrderBy() ? this.#orders() : [];
    const startPosition = this.#takes('STARTPOSITION') ? this.#figure(Number.MAX_SAFE_INTEGER) : 1;
    const maxResults = this.#takes('MAXRESULTS') ? this.#figure(MOST_PER_PAGE) : DEFAULT_PAGE;
    if (this.#peek.kind !== 'end') this.#fail();
    return { entity, countOnly, where, orderBy, startPosition, maxResults };
  }

  get #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    const token = this.#peek;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #fail(): never {
    const { text, column } = this.#peek;
    throw queryParserError(`Encountered " ${text} " at line 1, column ${column}.`);
  }

  #takes(word: string): boolean {
    const { kind, text } = this.#peek;
    const found = kind !== 'text' && kind !== 'end' && text.toUpperCase() === word;
    if (found) this.#next += 1;
    return found;
  }

  #expect(word: string): void {
    if (!this.#takes(word)) this.#fail();
  }

  #word(): string {
    if (this.#peek.kind !== 'word') this.#fail();
    return this.#take().text;
  }

  /** Columns may be named; the answer holds whole objects all the same. */
  #columns(): boolean {
    if (this.#takes('COUNT')) {
      for (const sign of ['(', '*', ')']) this.#expect(sign);
      return true;
    }
    if (this.#takes('*')) return false;
    do this.#word();
    while (this.#takes(','));
    return false;
  }

  #conditions(): Condition[] {
    const conditions = [this.#condition()];
    while (this.#takes('AND')) conditions.push(this.#condition());
    return conditions;
  }

  #condition(): Condition {
    const property = this.#word();
    const comparison = this.#peek.text.toUpperCase();
    if (this.#peek.kind === 'text' || !comparisons.has(comparison)) this.#fail();
    this.#take();
    const values = comparison === 'IN' ? this.#list() : [this.#value()];
    return { property, comparison: comparison as Comparison, values };
  }

  #list(): string[] {
    this.#expect('(');
    const values = [this.#value()];
    while (this.#takes(',')) values.push(this.#value());
    this.#expect(')');
    return values;
  }

  #value(): string {
    if (this.#peek.kind !== 'text' && this.#peek.kind !== 'word') this.#fail();
    return this.#take().text;
  }

  #takesOrderBy(): boolean {
    if (this.#takes('ORDERBY')) return true;
    if (!this.#takes('ORDER')) return false;
    this.#expect('BY');
    return true;
  }

  #orders(): QueryStatement['orderBy'] {
    const orders: QueryStatement['orderBy'] = [];
    do {
      const property = this.#word();
      const descending = this.#takes('DESC');
      if (!descending) this.#takes('ASC');
      orders.push({ property, descending });
    } while (this.#takes(','));
    return orders;
  }

  #figure(most: number): number {
    const { kind, text } = this.#peek;
    if (kind === 'sign' || kind === 'end' || !/^-?\d+$/.test(text)) this.#fail();
    const value = Number(this.#take().text);
    if (value < 1) throw queryInvalid(`value ${text} is too small. Min allowed value is 1.`);
    if (value > most) throw queryInvalid(`value ${text} is too large. Max allowed value is ${most}.`);
    return value;
  }
}
