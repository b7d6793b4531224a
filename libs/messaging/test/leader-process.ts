// One process that wants to lead, for the test that stops it. Arguments: database url. Prints "leads" once it does.
import { Leadership } from '../src/relay/leadership.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
const leadership = new Leadership({
  url: process.argv[2] as string,
  service: 'notes',
  log: quiet,
  onWake: () => undefined,
});
leadership.start();
await leadership.gained(new AbortController().signal);
process.stdout.write('leads\n');
