import { join } from 'node:path';
import type { Addresses } from './addresses.ts';
import { installCommand, installPackages, installRight } from './debian.ts';
import { UserFault } from './faults.ts';
import type { Folders } from './folders.ts';
import { findJava, onPath } from './java.ts';
import type { Java } from './java.ts';
import { fetchKafkaJars, findMaven, haveKafkaJars } from './kafka-jars.ts';

/** The programs beside Node and Postgres. Undefined: not there and not needed, or done without. */
export interface Programs {
  kafka?: { java: Java; jars: string };
  redis?: string;
  prometheus?: string;
}

async function missingPackages(addresses: Addresses): Promise<string[]> {
  const wanted: string[] = [];
  if (!addresses.external.kafka) {
    if ((await findJava()).java === undefined) wanted.push('default-jre-headless');
    if (!haveKafkaJars() && findMaven() === undefined) wanted.push('maven');
  }
  if (!addresses.external.redis && onPath('redis-server') === undefined) wanted.push('redis-server');
  if (onPath('prometheus') === undefined) wanted.push('prometheus');
  return wanted;
}

/** Installs what is missing. Without the right to, says what to ask for; Redis and Prometheus can be done without. */
export async function installPrograms(
  addresses: Addresses,
  folders: Folders,
  say: (text: string) => void,
): Promise<Programs> {
  const wanted = await missingPackages(addresses);
  if (wanted.length > 0) {
    if (installRight() !== 'none') say(`  … installing ${wanted.join(', ')}`);
    const { missing, why } = installPackages(wanted, join(folders.logs, 'install.log'));
    if (missing.length > 0)
      say(`  ! ${missing.join(', ')} cannot be installed (${why}).\n      Ask for: ${installCommand(missing)}`);
  }
  return {
    ...(await kafka(addresses, folders, say)),
    ...found('redis', 'redis-server'),
    ...found('prometheus', 'prometheus'),
  };
}

function found(key: 'redis' | 'prometheus', program: string): Pick<Programs, 'redis' | 'prometheus'> {
  const path = onPath(program);
  return path === undefined ? {} : { [key]: path };
}

async function kafka(
  addresses: Addresses,
  folders: Folders,
  say: (text: string) => void,
): Promise<Pick<Programs, 'kafka'>> {
  if (addresses.external.kafka) return {};
  const { java } = await findJava();
  if (java === undefined)
    throw new UserFault('Kafka needs Java 17 or later, and there is none.', installCommand(['default-jre-headless']));
  if (!haveKafkaJars()) say('  … fetching Kafka by Maven');
  return { kafka: { java, jars: await fetchKafkaJars(java, join(folders.logs, 'maven.log')) } };
}
