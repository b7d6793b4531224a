import type { ProblemError } from '../problems/problem-error.ts';
import { encodeCursor } from './cursor.ts';
import { listPlan, type ListSpec } from './list-plan.ts';
import { ListQuery } from './list-query.ts';

const spec: ListSpec = {
  sorts: { name: { sql: 'lower(name)', type: 'text' }, since: { sql: 'valid_from', type: 'timestamptz' } },
  defaultSort: 'name',
  tie: { sql: 'id', type: 'bigint' },
};
const query = (part: Partial<ListQuery>): ListQuery => Object.assign(new ListQuery(), part);
const fieldOf = (fn: () => unknown): string | undefined => {
  try {
    fn();
  } catch (error) {
    return (error as ProblemError).errors[0]?.field;
  }
  return undefined;
};

test('the first page has no condition and asks for one row more', () => {
  const plan = listPlan(query({ limit: 2 }), spec);
  expect(plan.where).toBe('true');
  expect(plan.tail).toBe('order by lower(name) asc, id asc limit 3');
});

test('the next page begins after the last row', () => {
  const rows = ['a', 'b', 'c'].map((name, i) => ({ name, sort_value: name, tie_value: String(i) }));
  const page = listPlan(query({ limit: 2 }), spec).page(rows, (row) => row.name);
  expect(page.items).toEqual(['a', 'b']);
  const plan = listPlan(query({ limit: 2, cursor: page.next_cursor! }), spec, 3);
  expect(plan.where).toBe('(lower(name), id) > ($3::text, $4::bigint)');
  expect(plan.params).toEqual(['b', '1']);
});

test('the last page has no cursor', () => {
  expect(
    listPlan(query({ limit: 2 }), spec).page([{ sort_value: 'a', tie_value: '1' }], (row) => row).next_cursor,
  ).toBeNull();
});

test('a minus turns the order round', () => {
  const cursor = encodeCursor({ sort: '-name', value: 'b', tie: '1' });
  expect(listPlan(query({ sort: '-name', cursor }), spec).where).toContain('<');
});

test.each([
  ['sort', { sort: 'constructor' }],
  ['sort', { sort: 'secret' }],
  ['cursor', { cursor: 'garbage' }],
  ['cursor', { cursor: encodeCursor({ sort: '-name', value: 'x', tie: '1' }) }],
  ['cursor', { cursor: encodeCursor({ sort: 'name', value: 'x', tie: 'drop table' }) }],
  ['cursor', { sort: 'since', cursor: encodeCursor({ sort: 'since', value: 'yesterday', tie: '1' }) }],
])('refuses a wrong %s', (field, part) => {
  expect(fieldOf(() => listPlan(query(part), spec))).toBe(field);
});
