import type { FastifyHelmetOptions } from '@fastify/helmet';

/** Only our own files, nothing inline, never in somebody's frame. */
export const PAGE_POLICY: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      fontSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  // Only browsers that came over https take it; the local start is plain http.
  strictTransportSecurity: { maxAge: 15_552_000, includeSubDomains: false },
};

/** Swagger UI sets styles on its elements and shows its icons as data. */
export const DOCS_POLICY: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      fontSrc: ["'self'", 'data:'],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
};

/** A service behind sets the policy of its own pages. */
export const UPSTREAM_POLICY: FastifyHelmetOptions = { contentSecurityPolicy: false, crossOriginOpenerPolicy: false };
