import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { shapeFaults } from '../tidy/shape.ts';
import service from './service/generator.mjs';

test('a new service has the shape of every service', async () => {
  const tree = createTreeWithEmptyWorkspace();
  await service(tree, { name: 'bureau-trial' });
  const files = tree
    .listChanges()
    .map((change) => change.path)
    .filter((path) => path.startsWith('services/bureau-trial/'));
  expect(
    shapeFaults(
      'bureau-trial',
      files.map((path) => path.slice('services/bureau-trial/'.length)),
    ),
  ).toEqual([]);
  expect(files.filter((path) => path.includes('__'))).toEqual([]);
  expect(tree.read('services/bureau-trial/src/bureau-trial.module.ts', 'utf8')).toContain(
    'export class BureauTrialModule',
  );
});

test.each(['Bureau', 'a_b', '../x', ''])('"%s" is refused as a name', async (name) => {
  await expect(service(createTreeWithEmptyWorkspace(), { name })).rejects.toThrow('no service name');
});
