import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { register } from 'prom-client';
import type * as Run from '../run.ts';
import { edited, type Edit } from './edits.ts';
import { tunings } from './tunings.ts';

export type World = typeof Run;

const swc = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2024',
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
} as const;

/** Modules of which every world has a copy of its own. */
const OWN = /\/(libs\/messaging\/src|e2e\/simulate)\/.*\.ts$/;
const editsOf = new Map<string, readonly Edit[]>();

/** Loads the kernel from its source, so that what is simulated is what stands in the folder, compiled or not. */
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, { ...context, conditions: ['@cashloop/source', ...context.conditions] });
    const world = new URLSearchParams(context.parentURL?.split('?')[1]).get('world');
    return world !== null && OWN.test(found.url) ? { ...found, url: `${found.url}?world=${world}` } : found;
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !/\.ts(\?|$)/.test(url)) return next(url, context);
    const filename = fileURLToPath(url.split('?')[0] as string);
    const edits = editsOf.get(new URL(url).searchParams.get('world') ?? '') ?? [];
    const { code } = transformSync(edited(filename, readFileSync(filename, 'utf8'), edits), { ...swc, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});

/**
 * The kernel and everything that simulates around it, with some rewrites in it. Worlds live side by side in one process.
 *
 * @param name of the world; the same name gives the same world again
 */
export async function loadWorld(name: string, edits: readonly Edit[]): Promise<World> {
  editsOf.set(name, [...tunings, ...edits]);
  register.clear(); // each copy of the kernel registers its metrics anew
  return (await import(`../run.ts?world=${encodeURIComponent(name)}`)) as World;
}
