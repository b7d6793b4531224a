import { changeOrg, FIRST_ORG, orgFaults } from './org.ts';

test('a change raises the version by one', () => {
  expect(changeOrg(FIRST_ORG, { name: 'Acme', timeZone: undefined })).toEqual({
    kind: 'changed',
    org: { ...FIRST_ORG, name: 'Acme', version: 2 },
  });
});

test('the same values are no change', () => {
  expect(changeOrg(FIRST_ORG, { baseCurrency: 'USD' })).toEqual({ kind: 'unchanged' });
});

test('refuses what nobody knows', () => {
  const faults = orgFaults({ timeZone: 'Mars/Base', baseCurrency: 'XXQ', calendar: 'usa' });
  expect(faults.map((fault) => fault.field)).toEqual(['time_zone', 'base_currency', 'calendar']);
  expect(orgFaults({ timeZone: 'Europe/Berlin', baseCurrency: 'EUR', calendar: '' })).toEqual([]);
  expect(orgFaults({ timeZone: '+02:00' })).toHaveLength(1);
});
