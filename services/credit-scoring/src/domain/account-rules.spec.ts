import { newAccount } from './account.ts';
import { endedLimit, limitInForce, setLimit } from './limit.ts';
import { regroup } from './membership.ts';
import { companiesOf, isReady, type Member } from './readiness.ts';
import { topsOf } from './tree.ts';

const NOW = new Date('2026-03-02T10:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

test('a temporary limit hides the standing one until it ends', () => {
  const standing = setLimit(newAccount('1', '5').limit, 100n, null);
  const both = setLimit(standing, 300n, later(10));
  expect([limitInForce(both, NOW), limitInForce(both, later(10))]).toEqual([300n, 100n]);
  expect(endedLimit(both, NOW)).toBeUndefined();
  expect(endedLimit(both, later(10))).toEqual({ ...standing, version: 3 });
  expect(setLimit(both, 200n, null)).toEqual({
    standingMinor: 200n,
    temporaryMinor: null,
    expiresAt: null,
    version: 3,
  });
});

test('tops of trees: through unknown parents, and of a ring its lowest id', () => {
  const tops = topsOf(
    new Map([
      ['5', ''],
      ['6', '5'],
      ['7', '6'],
      ['8', '99'],
      ['10', '9'],
      ['9', '10'],
      ['11', '10'],
    ]),
  );
  expect(Object.fromEntries(tops)).toEqual({ 5: '5', 6: '5', 7: '5', 8: '99', 9: '9', 10: '9', 11: '9' });
});

test('accounts that nobody touches are not rebuilt; both sides of a move are', () => {
  const group = { ...newAccount('1', '5'), memberIds: ['5', '6'] };
  const accounts = [group, { ...newAccount('1', '6'), rootId: '5', memberIds: [] }, newAccount('1', '7')];
  expect(
    regroup(
      accounts,
      new Map([
        ['5', ''],
        ['6', '5'],
        ['7', ''],
      ]),
      new Set(),
    ),
  ).toEqual({ tops: [], joined: [] });
  const moved = regroup(
    accounts,
    new Map([
      ['5', ''],
      ['6', '7'],
      ['7', ''],
    ]),
    new Set(['6']),
  );
  expect(moved.tops.map(({ account, memberIds }) => [account.accountId, memberIds])).toEqual([
    ['5', ['5']],
    ['7', ['6', '7']],
  ]);
  expect(moved.joined.map(({ account, rootId }) => [account.accountId, rootId])).toEqual([['6', '7']]);
});

test('an account is ready once org, members and first imports are known; a CRM link waits for nothing', () => {
  const member = (links: Member['links'], imported: string[], currency: string | null = 'USD'): Member => ({
    customerId: '5',
    currency,
    links,
    imported: new Set(imported),
    untied: new Set(),
  });
  const books = { system: 'quickbooks', company: '1' };
  const crm = { system: 'salesforce', company: '2' };
  expect(companiesOf([member([books, crm], [])])).toEqual(['quickbooks:1']);
  expect(isReady(true, [member([crm], [])])).toBe(true);
  expect(isReady(true, [member([books], [])])).toBe(false);
  expect(isReady(true, [member([books], ['quickbooks:1']), member([], [], null)])).toBe(false);
  expect(isReady(false, [member([], [])])).toBe(false);
});
