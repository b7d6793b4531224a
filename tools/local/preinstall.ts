// Called by the very first npm start, while npm still downloads: imports nothing that has to be installed.
//   --checks   only look whether npm start can run (exit status 1: no)
import { portBase } from '../parts.ts';
import { addressesOf } from './addresses.ts';
import { passes } from './checks.ts';
import { heldPorts } from './doctor.ts';
import { describeFault } from './faults.ts';
import { foldersOf, makeFolders } from './folders.ts';
import { installPrograms } from './install.ts';

try {
  const folders = foldersOf();
  const addresses = addressesOf(portBase());
  if (process.argv.includes('--checks')) {
    process.exitCode = (await passes(folders, addresses, heldPorts(folders.state))) ? 0 : 1;
  } else {
    makeFolders(folders);
    await installPrograms(addresses, folders, console.log);
  }
} catch (error) {
  console.error(describeFault(error));
  process.exitCode = 1;
}
