/** The parts of an OpenAPI document that are put together. */
export interface ApiDocument {
  paths?: Record<string, Record<string, unknown>>;
  components?: { schemas?: Record<string, unknown> };
  [other: string]: unknown;
}

/** One service's document; undefined when the service did not answer. */
export interface ApiSource {
  service: string;
  document: ApiDocument | undefined;
  /** Which of its paths are reachable from outside. */
  reachable: (path: string) => boolean;
}

/**
 * One document for the whole: paths of all services, and their schemas, renamed where two services use a name for
 * different things. A service that is away is named instead of silently missing.
 */
export function mergedOpenApi(own: ApiDocument, sources: readonly ApiSource[]): ApiDocument {
  const paths = { ...own.paths };
  const schemas: Record<string, unknown> = { ...own.components?.schemas };
  const away: string[] = [];
  for (const { service, document, reachable } of sources) {
    if (document === undefined) {
      away.push(service);
      continue;
    }
    const renamed = renameClashes(document, schemas, service);
    Object.assign(schemas, renamed.components?.schemas);
    for (const [path, operations] of Object.entries(renamed.paths ?? {})) {
      if (reachable(path)) paths[path] = { ...tagged(operations, service), ...paths[path] };
    }
  }
  return {
    ...own,
    info: info(away),
    'x-services-away': away,
    paths: sorted(paths),
    components: { ...own.components, schemas },
  };
}

function info(away: readonly string[]): object {
  const description =
    'Sign in with `POST /auth/login`, then send `Authorization: Bearer <access_token>`. Errors are RFC 9457 problem details with a stable `code`.';
  const missing = away.length > 0 ? `\n\n**Not listed, because it is away for the moment: ${away.join(', ')}.**` : '';
  return { title: 'Cashloop', version: '1', description: description + missing };
}

function renameClashes(document: ApiDocument, taken: Record<string, unknown>, service: string): ApiDocument {
  const own = document.components?.schemas ?? {};
  const clashing = Object.keys(own).filter(
    (name) => name in taken && JSON.stringify(taken[name]) !== JSON.stringify(own[name]),
  );
  if (clashing.length === 0) return document;
  const prefix = service.replaceAll(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  let text = JSON.stringify({ ...document, components: { ...document.components, schemas: undefined } });
  let schemas = JSON.stringify(own);
  for (const name of clashing) {
    const [from, to] = [`"#/components/schemas/${name}"`, `"#/components/schemas/${prefix}${name}"`];
    text = text.replaceAll(from, to);
    schemas = schemas.replaceAll(from, to);
  }
  const entries = Object.entries(JSON.parse(schemas) as Record<string, unknown>);
  const renamed = Object.fromEntries(
    entries.map(([name, schema]) => [clashing.includes(name) ? prefix + name : name, schema]),
  );
  return { ...(JSON.parse(text) as ApiDocument), components: { schemas: renamed } };
}

/** Operations without a tag stand under their service. */
const tagged = (operations: Record<string, unknown>, service: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => [
      method,
      typeof operation === 'object' && operation !== null && !('tags' in operation)
        ? { ...operation, tags: [service] }
        : operation,
    ]),
  );

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
