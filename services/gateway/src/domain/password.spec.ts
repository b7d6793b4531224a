import { hashSecret, secretMatches } from './password.ts';

test('a hash matches its own secret only, and never repeats', async () => {
  const [first, second] = await Promise.all([hashSecret('correct horse'), hashSecret('correct horse')]);
  expect(first).not.toBe(second);
  expect(await secretMatches('correct horse', first)).toBe(true);
  expect(await secretMatches('correct horsf', first)).toBe(false);
  expect(await secretMatches('', first)).toBe(false);
});

test('what is no hash never matches', async () => {
  expect(await secretMatches('', '')).toBe(false);
  expect(await secretMatches('x', 'x')).toBe(false);
});
