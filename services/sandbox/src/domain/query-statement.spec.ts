import { expect, test } from '@jest/globals';
import { ApiFault } from './faults.ts';
import { parseQuery } from './query-statement.ts';

test('everything a statement can hold', () => {
  expect(
    parseQuery(
      "select * from Invoice where Id IN ('1','2') and DocNumber like 'A\\'%' and Balance > 5 orderby TxnDate desc, Id startposition 11 maxresults 20",
    ),
  ).toEqual({
    entity: 'Invoice',
    countOnly: false,
    where: [
      { property: 'Id', comparison: 'IN', values: ['1', '2'] },
      { property: 'DocNumber', comparison: 'LIKE', values: ["A'%"] },
      { property: 'Balance', comparison: '>', values: ['5'] },
    ],
    orderBy: [
      { property: 'TxnDate', descending: true },
      { property: 'Id', descending: false },
    ],
    startPosition: 11,
    maxResults: 20,
  });
});

test('what is left out has its usual value; words are understood in any case', () => {
  expect(parseQuery('SELECT Id, DisplayName FROM Customer ORDER BY Id;')).toMatchObject({
    countOnly: false,
    startPosition: 1,
    maxResults: 100,
  });
  expect(parseQuery('Select Count(*) From Customer Where Active = true')).toMatchObject({
    countOnly: true,
    where: [{ values: ['true'] }],
  });
});

const codeOf = (statement: string): string => {
  try {
    parseQuery(statement);
  } catch (error) {
    return (error as ApiFault).code;
  }
  return 'fine';
};

test.each([
  ['', '4000'],
  ['select * from', '4000'],
  ["select * from Invoice where DocNumber = 'open", '4000'],
  ['select * from Invoice where a = 1 or b = 2', '4000'],
  ['select * from Invoice orderby', '4000'],
  ['select * from Invoice startposition 0', '4001'],
  ['select * from Invoice maxresults 2000', '4001'],
  ['select * from Invoice maxresults x', '4000'],
])('%s: %s', (statement, code) => expect(codeOf(statement)).toBe(code));
