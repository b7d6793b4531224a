import { customerFields, displayName, nameAfter, nameBehind, nameWithCode } from './customer-fields.ts';

const long = 'x'.repeat(120);

test('a name as QuickBooks takes it: at most 100 signs, no colon, tab or line break', () => {
  expect(displayName(' A:B\tC\nD ')).toBe('A B C D');
  expect(displayName(long)).toHaveLength(100);
  expect(nameWithCode(long, 'TERI-ABCDEFGH')).toHaveLength(100);
  expect(nameWithCode('Ada', 'TERI-ABCDEFGH')).toBe('Ada (TERI-ABCDEFGH)');
});

test('a name that is taken: the one of today as it is, then with the code, then none', () => {
  const ada = { name: 'Ada', teriCode: 'TERI-ABCDEFGH' };
  for (const earlier of ['Eve', 'Eve (TERI-ABCDEFGH)']) expect(nameAfter(earlier, ada)).toBe('Ada');
  expect(nameAfter('Ada', ada)).toBe('Ada (TERI-ABCDEFGH)');
  expect(nameAfter('Ada (TERI-ABCDEFGH)', ada)).toBeUndefined();
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
