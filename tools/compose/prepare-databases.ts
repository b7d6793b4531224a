// Runs once Postgres answers: databases, roles and migrations of all services, as the local start does it.
import { services } from '../parts.ts';
import { adminName } from '../local/admin-name.ts';
import { withLogin } from '../local/addresses.ts';
import { describeFault } from '../local/faults.ts';
import { provision } from '../local/provision.ts';
import { migrateAll } from '../local/run-migrations.ts';
import { loadSecrets } from '../local/secrets.ts';
import { composeSource } from './source.ts';

const names = services.map((service) => service.name);
try {
  const secrets = loadSecrets(process.argv[2] ?? '/secrets', names, true);
  const source = composeSource(secrets);
  const adminUrl = withLogin(source.addresses.databaseUrl, { name: adminName, password: secrets.postgresAdmin });
  await provision({ adminUrl, services: names, secrets });
  for (const line of await migrateAll(source, names)) console.log(line);
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
