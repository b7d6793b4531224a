import type { Tree } from '@nx/devkit';

export default function service(tree: Tree, options: { name: string }): Promise<void>;
