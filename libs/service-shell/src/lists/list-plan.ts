import { ProblemError } from '../problems/problem-error.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ListQuery, Page } from './list-query.ts';

/** A column a list can be sorted by. It must never be null: use `coalesce(...)`. */
export interface SortColumn {
  /** SQL expression. */
  sql: string;
  /** Postgres type of the cursor's value. */
  type: 'text' | 'bigint' | 'numeric' | 'timestamptz' | 'date' | 'uuid' | 'boolean' | 'integer';
}

/** What a list can do. */
export interface ListSpec {
  sorts: Readonly<Record<string, SortColumn>>;
  /** As a caller would write it: `-since`. */
  defaultSort: string;
  /** Unique per row; makes the order total. */
  tie: SortColumn;
}

/** SQL parts for one page, to stand in `select ... where ... and ${where} ${tail}`. */
export interface ListPlan {
  /** Rows after the cursor; `true` on the first page. */
  where: string;
  /** `order by ... limit ...`: one row more than the page, to see whether there is a next one. */
  tail: string;
  /** Values of the placeholders, which begin at `firstParam`. */
  params: string[];
  /** Expressions to select as `sort_value` and `tie_value`, as text. */
  columns: string;
  /** Turns the rows into a page. */
  page<R extends { sort_value: string; tie_value: string }, T>(rows: readonly R[], item: (row: R) => T): Page<T>;
}

/**
 * Plans a page by key, not by offset: rows that come and go between two pages are neither repeated nor skipped.
 * @param firstParam number of the first free placeholder: 3 when the query already uses $1 and $2
 * @throws ProblemError 400 for an unknown sort or a foreign cursor
 */
export function listPlan(query: ListQuery, spec: ListSpec, firstParam = 1): ListPlan {
  const sort = query.sort ?? spec.defaultSort;
  const descending = sort.startsWith('-');
  const column = Object.hasOwn(spec.sorts, sort.slice(descending ? 1 : 0))
    ? spec.sorts[sort.slice(descending ? 1 : 0)]
    : undefined;
  if (column === undefined) {
    throw ProblemError.invalid(
      'sort',
      `must be one of ${Object.keys(spec.sorts).join(', ')}, with a - before it to turn the order round`,
    );
  }
  const cursor = query.cursor === undefined ? undefined : checked(decodeCursor(query.cursor, sort), column, spec.tie);
  const direction = descending ? 'desc' : 'asc';
  const [value, tie] = [`$${firstParam}::${column.type}`, `$${firstParam + 1}::${spec.tie.type}`];
  return {
    where: cursor ? `(${column.sql}, ${spec.tie.sql}) ${descending ? '<' : '>'} (${value}, ${tie})` : 'true',
    tail: `order by ${column.sql} ${direction}, ${spec.tie.sql} ${direction} limit ${query.limit + 1}`,
    params: cursor ? [cursor.value, cursor.tie] : [],
    columns: `(${column.sql})::text as sort_value, (${spec.tie.sql})::text as tie_value`,
    page: (rows, item) => {
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return {
        items: rows.slice(0, query.limit).map(item),
        next_cursor: last ? encodeCursor({ sort, value: last.sort_value, tie: last.tie_value }) : null,
      };
    },
  };
}

const SHAPES: Record<SortColumn['type'], RegExp> = {
  text: /^[^\0]*$/,
  bigint: /^-?\d{1,18}$/,
  integer: /^-?\d{1,9}$/,
  numeric: /^-?\d{1,40}(\.\d{1,40})?$/,
  timestamptz: /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/,
  date: /^\d{4,6}-\d\d-\d\d$/,
  uuid: /^[0-9a-f-]{36}$/,
  boolean: /^(true|false)$/,
};

/** A made-up cursor must be a 400, not a fault in Postgres. */
function checked<C extends { value: string; tie: string }>(cursor: C, column: SortColumn, tie: SortColumn): C {
  if (SHAPES[column.type].test(cursor.value) && SHAPES[tie.type].test(cursor.tie)) return cursor;
  throw ProblemError.invalid('cursor', 'is not a next_cursor of this list');
}
