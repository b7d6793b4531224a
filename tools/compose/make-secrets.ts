// The first container of docker-compose.yml: makes the secrets once, on a volume, and from them each service's settings.
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../parts.ts';
import { loadSecrets } from '../local/secrets.ts';
import { serviceEnv } from '../local/service-env.ts';
import { composeSource } from './source.ts';

const folder = process.argv[2] ?? '/secrets';
/** The user "node" of the services' images. */
const nodeUser = 1000;
mkdirSync(folder, { recursive: true });
const secrets = loadSecrets(
  folder,
  services.map((service) => service.name),
  false,
);
for (const service of services) {
  const file = join(folder, `${service.name}.json`);
  writeFileSync(file, JSON.stringify(serviceEnv(composeSource(secrets), service)), { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(file, nodeUser, nodeUser);
}
// The images of Postgres and Redis read these as their own users.
for (const [name, text] of [
  ['postgres-admin', secrets.postgresAdmin],
  [
    'redis.conf',
    `requirepass ${secrets.redis}\nsave ""\nappendonly no\nmaxmemory 128mb\nmaxmemory-policy allkeys-lru\n`,
  ],
] as const) {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o444);
}
console.log(`Log in as ${secrets.adminEmail} ${secrets.adminPassword}`);
