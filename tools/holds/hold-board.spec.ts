import { header, HoldBoard, json, row, type HoldState } from './hold-board.ts';

const state = (change: Partial<HoldState>): HoldState => ({
  account_id: '42',
  version: 1,
  hold_id: 'h',
  state: 'HELD',
  severity: 'SOFT',
  scope: 'NEW_ORDERS',
  causes: [{ kind: 'OVER_LIMIT', amount_minor: '20000', threshold_minor: '100000' }],
  currency: 'USD',
  exposure_minor: '120000',
  limit_in_force_minor: '100000',
  available_minor: '-20000',
  way_out_minor: '20000',
  valid_from: '2026-01-02T03:04:05Z',
  released_because: '',
  ...change,
});
const record = (hold: HoldState, orgId = '1') => ({
  headers: { org_id: orgId, ce_type: 'credit_hold_placed', ce_time: '2026-01-02T03:04:06.7Z' },
  value: JSON.stringify(hold),
});

test('an older or repeated version of an account is no news, another account or org is', () => {
  const board = new HoldBoard();
  const versions = [2, 1, 2, 3].map((version) => board.take(record(state({ version })))?.hold.version);
  expect(versions).toEqual([2, undefined, undefined, 3]);
  expect(board.take(record(state({ account_id: '43' })))).toBeDefined();
  expect(board.take(record(state({ version: 1 }), '2'))).toBeDefined();
});

test('a hold is one line with its figures, under its columns', () => {
  const news = new HoldBoard().take(record(state({})))!;
  expect(row(news)).toBe(
    '2026-01-02 03:04:06  42        held   soft           1200.00 USD      1000.00 USD     200.00 USD over limit by 200.00 USD',
  );
  expect(header().indexOf('WHY')).toBe(row(news).indexOf('over limit'));
});

test('a release says why and shows no amount to pay', () => {
  const free = state({
    state: 'FREE',
    causes: [],
    exposure_minor: '90000',
    way_out_minor: '',
    released_because: 'exposure within limit',
  });
  expect(row(new HoldBoard().take(record(free))!)).toMatch(
    / free .* 900\.00 USD +1000\.00 USD - +exposure within limit$/,
  );
});

test('for programs, the whole state stands beside type, time and org', () => {
  expect(JSON.parse(json(new HoldBoard().take(record(state({})))!))).toMatchObject({
    type: 'credit_hold_placed',
    org_id: '1',
    account_id: '42',
    version: 1,
    state: 'HELD',
  });
});
