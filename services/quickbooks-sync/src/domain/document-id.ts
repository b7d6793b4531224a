import { parse, v5 as uuidv5 } from 'uuid';
import { SYSTEM, type DocumentKind } from './facts.ts';

const NAMESPACE = parse('8c1b1f0e-6a5d-4f0c-9b57-3d2e7a4c9f10');

/** Our id of a document: the same on every reading, so that links can be named before both ends were read. */
export function documentIdOf(orgId: string, company: string, kind: DocumentKind, externalId: string): string {
  return uuidv5(`${orgId}:${SYSTEM}:${company}:${kind}:${externalId}`, NAMESPACE);
}
