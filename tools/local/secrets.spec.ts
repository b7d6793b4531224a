import { createPrivateKey, createPublicKey } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { completeSecrets, loadSecrets, secretsFile } from './secrets.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

describe('secrets', () => {
  test('are never the same twice', () => {
    const [one, other] = [completeSecrets({}, ['a']), completeSecrets({}, ['a'])];
    for (const name of ['postgresAdmin', 'adminPassword', 'tokenEncryptionKey', 'gatewayPrivateKey'] as const) {
      expect(one[name]).not.toBe(other[name]);
    }
  });

  test('hold a pair of keys for ES256 and a 32 byte key', () => {
    const secrets = completeSecrets({}, []);
    const fromPrivate = createPublicKey(createPrivateKey(secrets.gatewayPrivateKey)).export({
      type: 'spki',
      format: 'pem',
    });
    expect(fromPrivate).toBe(secrets.gatewayPublicKey);
    expect(createPublicKey(secrets.gatewayPublicKey).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(Buffer.from(secrets.tokenEncryptionKey, 'base64')).toHaveLength(32);
  });

  test('a new service gets its own and changes no other', () => {
    const before = completeSecrets({}, ['a']);
    const after = completeSecrets(before, ['a', 'b']);
    expect(after.databases['b']).toBeDefined();
    expect({ ...after, databases: { a: after.databases['a'] } }).toEqual(before);
  });

  test('lie in one file that only the owner can read, and stay', async () => {
    await inTemporaryFolder((folder) => {
      const made = loadSecrets(folder, ['a'], false);
      expect(statSync(secretsFile(folder)).mode & 0o777).toBe(0o600);
      expect(loadSecrets(folder, ['a'], true)).toEqual(made);
      expect(JSON.parse(readFileSync(secretsFile(folder), 'utf8'))).toEqual(made);
    });
  });

  test('data without their secrets are refused with what to do', async () => {
    await inTemporaryFolder((folder) => {
      expect(() => loadSecrets(folder, ['a'], true)).toThrow('The data are here but their secrets are not');
    });
  });

  test('a file that others can read is refused', async () => {
    await inTemporaryFolder((folder) => {
      loadSecrets(folder, [], false);
      chmodSync(secretsFile(folder), 0o644);
      expect(() => loadSecrets(folder, [], true)).toThrow('Others can read');
    });
  });
});
