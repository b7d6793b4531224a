import { Injectable } from '@nestjs/common';
import type { ApiDocument } from '../../domain/merged-openapi.ts';
import type { Upstream } from '../../domain/upstreams.ts';

const FRESH_MS = 60_000;
const RETRY_MS = 3_000;
const WAIT_MS = 2_000;

/** OpenAPI documents of the services behind, kept for a minute; one that is away is asked again sooner. */
@Injectable()
export class ServiceDocuments {
  readonly #known = new Map<Upstream, { document: ApiDocument | undefined; untilMs: number }>();

  async get(service: Upstream, baseUrl: string): Promise<ApiDocument | undefined> {
    const known = this.#known.get(service);
    if (known !== undefined && Date.now() < known.untilMs) return known.document;
    const document = await fetchDocument(baseUrl);
    this.#known.set(service, { document, untilMs: Date.now() + (document ? FRESH_MS : RETRY_MS) });
    return document;
  }
}

async function fetchDocument(baseUrl: string): Promise<ApiDocument | undefined> {
  try {
    const answer = await fetch(`${baseUrl}/openapi.json`, { signal: AbortSignal.timeout(WAIT_MS) });
    return answer.ok ? ((await answer.json()) as ApiDocument) : undefined;
  } catch {
    return undefined;
  }
}
