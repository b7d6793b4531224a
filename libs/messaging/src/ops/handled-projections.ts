import { MODULE_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { HANDLES, type Subscription } from '../handles.ts';

/**
 * The projections that handlers of a service's module build: classes under its `providers`.
 * @returns undefined when this is no module
 */
export function handledProjections(module: unknown): Set<string> | undefined {
  if (typeof module !== 'function' || !Reflect.hasMetadata(MODULE_METADATA.PROVIDERS, module)) return undefined;
  const providers = Reflect.getMetadata(MODULE_METADATA.PROVIDERS, module) as unknown[];
  const prototypes = providers.flatMap((provider) =>
    typeof provider === 'function' ? [provider.prototype as Record<string, object>] : [],
  );
  const scanner = new MetadataScanner();
  const subscriptions = prototypes.flatMap((prototype) =>
    scanner
      .getAllMethodNames(prototype)
      .map((name) => Reflect.getMetadata(HANDLES, prototype[name] as object) as Subscription | undefined),
  );
  return new Set(subscriptions.flatMap((subscription) => subscription?.projection ?? []));
}
