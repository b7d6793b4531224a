import { changeAccount } from './account.ts';

const admin = { id: '1', name: 'A', roles: ['admin'], active: true };

test('the last admin stays', () => {
  expect(changeAccount(admin, { active: false }, ['1'])).toEqual({ kind: 'refused', why: 'last_admin' });
  expect(changeAccount(admin, { roles: ['analyst'] }, ['1'])).toEqual({ kind: 'refused', why: 'last_admin' });
});

test('one of two admins may go', () => {
  expect(changeAccount(admin, { active: false }, ['1', '2'])).toMatchObject({
    kind: 'changed',
    account: { active: false },
  });
});

test('what is not named stays as it is, a role is held once', () => {
  expect(changeAccount(admin, { roles: ['admin', 'analyst', 'admin'] }, ['1'])).toEqual({
    kind: 'changed',
    account: { ...admin, roles: ['admin', 'analyst'] },
  });
});
