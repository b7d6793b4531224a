import { createHash } from 'node:crypto';

/** One version of one document. */
export interface DocumentVersion {
  orgId: string;
  /** `<type>/<id>`, as in ce_subject. */
  subject: string;
  version: number;
}

/**
 * The ce_id of a version: a UUID (version 8, RFC 9562) made from what the version is, so that `republish` repeats it
 * without a column beside every document. Subjects are unique per service, and readers take ids per `ce_source`.
 */
export function versionId({ orgId, subject, version }: DocumentVersion): string {
  const bytes = createHash('sha256').update(`${orgId}\n${subject}\n${version}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
