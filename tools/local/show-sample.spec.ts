import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeJson } from './files.ts';
import { readyTable } from './ready-table.ts';
import { showSample, withoutSample } from './show-sample.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

interface Answers {
  /** Status of POST /auth/login. */
  login?: number;
  /** Status of GET /credit/holds. */
  look?: number;
  /** Holds shown at each look; the last one stays. */
  holds?: number[];
  /** Whether an earlier start has shown the sample. */
  before: boolean;
  /** An earlier start was cut off while it waited for the first hold. */
  cutOff?: boolean;
}

const many = (count: number): { id: number }[] => Array.from({ length: count }, (_, id) => ({ id }));

function gatewayOf({ login = 200, look = 200, holds = [0] }: Answers) {
  let looks = 0;
  return createServer((request, response) => {
    const answer = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body));
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    if (pathname === '/auth/login') return answer(login, { access_token: 't', detail: 'E-mail or password is wrong.' });
    if (pathname === '/customers') return answer(200, { items: many(200), next_cursor: null });
    if (pathname === '/credit/holds')
      return answer(look, { items: many(holds[Math.min(looks++, holds.length - 1)] ?? 0) });
    if (pathname === '/qbo/status')
      return answer(200, { companies: [{ realm_id: 'r', state: 'live', import: { parked: 0 } }] });
    return answer(200, {});
  });
}

/** Starts on a sample of which all but the last step is done; an earlier start has done that one too when `before`. */
async function start(answers: Answers) {
  const server = gatewayOf(answers);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return await inTemporaryFolder((stateFolder) => {
      const { before, cutOff = false } = answers;
      const loaded = { realm: 'r', customers: [], connected: true, limits: true };
      const steps = { ...loaded, enforced: before || cutOff, shown: before };
      writeJson(join(stateFolder, 'sample.json'), steps);
      const login = { email: 'admin@cashloop.local', password: 'first' };
      const targets = { gateway: url, sandbox: url, sandboxToken: '', ...login, stateFolder, customers: 200 };
      return showSample(targets, () => undefined);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the very first start', () => {
  test('waits until something is on hold', async () => {
    expect(await start({ before: false, holds: [0, 0, 3] })).toEqual({ shown: { customers: 200, holds: 3 } });
  });

  test('is not over when it was cut off while it waited', async () => {
    const found = await start({ before: false, cutOff: true, holds: [0, 0, 3] });
    expect(found).toEqual({ shown: { customers: 200, holds: 3 } });
  });

  test('is a fault when nobody can sign in', async () => {
    await expect(start({ before: false, login: 401 })).rejects.toThrow(/answered 401/);
  });
});

describe('a later start', () => {
  test('shows what there is', async () => {
    expect(await start({ before: true, holds: [7] })).toEqual({ shown: { customers: 200, holds: 7 } });
  });

  test('without any hold is a note', async () => {
    const seen = await start({ before: true, holds: [0] });
    expect(seen).toEqual({ shown: { customers: 200, holds: 0 }, note: expect.stringContaining('nothing is on hold') });
  });

  test('with another password of the admin is a note, and the table shows no password that is wrong', async () => {
    const seen = await start({ before: true, login: 401 });
    expect(seen).toEqual({ note: expect.stringContaining('password'), ownPassword: true });
    const table = readyTable({ ...facts, ...seen });
    expect(table).toContain(seen.note);
    expect(table).not.toContain('first-password');
  });

  test('by an admin who may no longer see the holds is a note', async () => {
    expect(await start({ before: true, look: 403 })).toEqual({ note: expect.stringContaining('403') });
  });
});

const facts = {
  seconds: 9,
  gateway: 'http://127.0.0.1:8080',
  sandbox: 'http://127.0.0.1:8081',
  kafka: '127.0.0.1:8100',
  email: 'admin@cashloop.local',
  password: 'first-password',
  dataHome: '.cashloop',
  external: false,
  detached: false,
};

describe('the table', () => {
  test('shows the password of the first start while it is one', () => {
    expect(readyTable({ ...facts, shown: { customers: 200, holds: 3 } })).toContain('first-password');
  });
});

describe('no sample company', () => {
  test("with keys of Intuit's: the stand-in's company cannot be connected there", () => {
    expect(withoutSample({ QBO_CLIENT_ID: 'mine', QBO_CLIENT_SECRET: 'mine' })).toContain('QBO_CLIENT_ID');
    expect(withoutSample({ QBO_CLIENT_ID: 'mine', QBO_OAUTH_TOKEN_URL: '' })).toBeDefined();
  });

  test('but with the stand-in, also under keys of its own', () => {
    expect(withoutSample({})).toBeUndefined();
    expect(withoutSample({ QBO_INVOICE_POLL_INTERVAL_MIN: '5' })).toBeUndefined();
    expect(
      withoutSample({ QBO_CLIENT_ID: 'mine', QBO_OAUTH_TOKEN_URL: 'http://127.0.0.1:8081/token' }),
    ).toBeUndefined();
  });
});
