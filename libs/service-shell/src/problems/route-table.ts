import type { FastifyInstance } from 'fastify';

/** Knows which methods a path has, so that a wrong method is 405 with `Allow` and not 404. */
export class RouteTable {
  readonly #routes: { pattern: RegExp; methods: Set<string> }[] = [];

  /** Must see the server before its routes are added. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', ({ url, method }) => {
      // A catch-all is not a path of its own.
      if (url === '*' || url === '/*' || url === '') return;
      this.add(url, Array.isArray(method) ? method : [method]);
    });
  }

  add(url: string, methods: readonly string[]): void {
    const pattern = patternOf(url);
    const known = this.#routes.find((route) => route.pattern.source === pattern.source);
    if (known) methods.forEach((method) => known.methods.add(method));
    else this.#routes.push({ pattern, methods: new Set(methods) });
  }

  /** Methods the path of a URL answers to; empty for an unknown path. */
  methodsAt(url: string): string[] {
    const path = url.split('?')[0]!;
    const methods = this.#routes.filter((route) => route.pattern.test(path)).flatMap((route) => [...route.methods]);
    return [...new Set(methods)].sort();
  }
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}/?$`);
}
