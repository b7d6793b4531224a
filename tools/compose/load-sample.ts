// Runs once all services are healthy: the sample company, as the local start loads it.
import { services } from '../parts.ts';
import { describeFault } from '../local/faults.ts';
import { loadSecrets } from '../local/secrets.ts';
import { showSample } from '../local/show-sample.ts';
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
  const { shown, note, ownPassword } = await showSample(targets, console.log);
  const figures = shown === undefined ? '' : `: ${shown.customers} customers, ${shown.holds} on hold`;
  const password = ownPassword === true ? '(the password you set)' : secrets.adminPassword;
  console.log(`Cashloop is ready${figures}. Log in as ${secrets.adminEmail} ${password}`);
  if (note !== undefined) console.log(`Note: ${note}`);
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
