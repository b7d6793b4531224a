// Runs once all services are healthy: the sample company, as the local start loads it.
import { services } from '../parts.ts';
import { describeFault } from '../local/faults.ts';
import { loadSample, waitUntilShown } from '../local/sample.ts';
import { loadSecrets } from '../local/secrets.ts';
import { composeSource } from './source.ts';

const folder = process.argv[2] ?? '/secrets';
try {
  const secrets = loadSecrets(
    folder,
    services.map((service) => service.name),
    true,
  );
  const { ports } = composeSource(secrets).addresses;
  const targets = {
    gateway: `http://gateway:${ports.get('gateway') ?? 0}`,
    sandbox: `http://sandbox:${ports.get('sandbox') ?? 0}`,
    sandboxToken: secrets.sandboxAdminToken,
    email: secrets.adminEmail,
    password: secrets.adminPassword,
    stateFolder: folder,
    customers: 200,
  };
  await loadSample(targets, console.log);
  const { customers, holds } = await waitUntilShown(targets);
  console.log(
    `Cashloop is ready: ${customers} customers, ${holds} on hold. Log in as ${secrets.adminEmail} ${secrets.adminPassword}`,
  );
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
