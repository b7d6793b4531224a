import { join } from 'node:path';
import { formatFiles, generateFiles, names } from '@nx/devkit';

const wellFormed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes services/NAME. The service owns one table and counts the customers it has seen, so that every folder holds one
 * small working example to replace.
 */
export default async function service(tree, { name }) {
  if (!wellFormed.test(name))
    throw new Error(`"${name}" is no service name: use lower case words joined by hyphens, as in credit-scoring.`);
  if (tree.exists(`services/${name}`)) throw new Error(`services/${name} exists already: choose another name.`);
  const { className, constantName } = names(name);
  generateFiles(tree, join(import.meta.dirname, 'files'), `services/${name}`, {
    name,
    className,
    constantName,
    snake: name.replaceAll('-', '_'),
    template: '',
  });
  await formatFiles(tree);
}
