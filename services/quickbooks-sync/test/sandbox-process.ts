import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { testDatabase, tokenMaker, type TestDatabase } from '@cashloop/testkit';
import type { Json } from './json.ts';

const DIST = new URL('../../sandbox/dist/', import.meta.url);

/** The QuickBooks stand-in as it is shipped: its compiled form in a process of its own. */
export class SandboxProcess {
  readonly verifierToken = 'verifier';
  realmId = '';
  url = '';
  #child: ChildProcess | undefined;
  #database: TestDatabase | undefined;
  #output = '';

  /** Its address is known before it starts, and the service's before it announces anything. */
  async reserve(): Promise<this> {
    if (!existsSync(new URL('main.js', DIST)))
      throw new Error('the sandbox is not built; run: npm run build -w services/sandbox');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    this.url = `http://127.0.0.1:${port}`;
    return this;
  }

  async start(webhookUrl: string): Promise<void> {
    const { migrations } = (await import(new URL('migrations/index.js', DIST).href)) as { migrations: Function[] };
    this.#database = await testDatabase({ migrations });
    const { publicKeyPem } = await tokenMaker();
    this.#child = spawn(process.execPath, [new URL('main.js', DIST).pathname], {
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'test',
        PORT: new URL(this.url).port,
        LOG_LEVEL: 'warn',
        GATEWAY_PUBLIC_KEY: publicKeyPem,
        SANDBOX_DATABASE_URL: this.#database.url,
        SANDBOX_CLIENT_ID: 'app',
        SANDBOX_CLIENT_SECRET: 'secret',
        SANDBOX_WEBHOOK_VERIFIER_TOKEN: this.verifierToken,
        SANDBOX_WEBHOOK_URL: webhookUrl,
        SANDBOX_ADMIN_TOKEN: 'admin',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    await this.#ready();
  }

  async #ready(): Promise<void> {
    const end = Date.now() + 30_000;
    while (Date.now() < end && this.#child!.exitCode === null) {
      const answer = await fetch(`${this.url}/admin/companies`, { headers: { authorization: 'Bearer admin' } }).catch(
        () => undefined,
      );
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the sandbox did not start: ${this.#output.slice(-1000)}`);
  }

  async admin(method: string, path: string, body?: object | string): Promise<Json> {
    const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json';
    const response = await fetch(`${this.url}/admin${path}`, {
      method,
      headers: { authorization: 'Bearer admin', ...(body === undefined ? {} : { 'content-type': type }) },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    }
    await this.#database?.close();
  }
}
