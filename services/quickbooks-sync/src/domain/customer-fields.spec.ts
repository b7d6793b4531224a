import { customerFields, displayName, nameBehind, nameWithCode } from './customer-fields.ts';

const long = 'x'.repeat(120);

test('a name as QuickBooks takes it: at most 100 signs, no colon, tab or line break', () => {
  expect(displayName(' A:B\tC\nD ')).toBe('A B C D');
  expect(displayName(long)).toHaveLength(100);
  expect(nameWithCode(long, 'TERI-ABCDEFGH')).toHaveLength(100);
  expect(nameWithCode('Ada', 'TERI-ABCDEFGH')).toBe('Ada (TERI-ABCDEFGH)');
});

test('the name behind one we had to change is the customer own; any other is as it is', () => {
  for (const name of ['Ada', long, 'A:B']) {
    const own = { name, teriCode: 'TERI-ABCDEFGH' };
    expect(nameBehind(displayName(name), own)).toBe(name);
    expect(nameBehind(nameWithCode(name, own.teriCode), own)).toBe(name);
  }
  const own = { name: 'Ada', teriCode: 'TERI-ABCDEFGH' };
  expect(nameBehind('Bob (TERI-ABCDEFGH)', own)).toBe('Bob');
  expect(nameBehind('Bob', own)).toBe('Bob');
});

test('unknown fields are left out, so that a sparse update does not blank them', () => {
  expect(customerFields({ name: 'Ada', email: '', phone: '', currency: '' })).toEqual({ DisplayName: 'Ada' });
});
