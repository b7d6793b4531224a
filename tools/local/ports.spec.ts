import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { freeBase, host, portAnswers, portIsFree } from './ports.ts';

describe('ports', () => {
  test('a taken one is seen, and the next free range found', async () => {
    const server = createServer().listen(0, host);
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as AddressInfo;
    expect([await portIsFree(port), await portAnswers(port)]).toEqual([false, true]);
    expect(await freeBase(port, [0, 1], 7)).toBeGreaterThan(port);
    await new Promise((done) => server.close(done));
    expect([await portIsFree(port), await portAnswers(port)]).toEqual([true, false]);
  });
});
