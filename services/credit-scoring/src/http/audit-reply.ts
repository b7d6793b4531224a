import { formatDecimal } from '@cashloop/money';
import type { AuditLine } from '../stores/audit.view.ts';

/** One line of the audit trail, as document 4 names its columns. `performedBy` is a user id, or null for the system. */
export function auditReply(line: AuditLine) {
  const { currency } = line;
  const amount = (minor: bigint | null): number | null =>
    minor === null || currency === null ? null : Number(formatDecimal(minor, currency));
  return {
    id: Number(line.id),
    clientId: Number(line.accountId),
    action: line.action,
    currency,
    oldLimit: amount(line.oldLimitMinor),
    newLimit: amount(line.newLimitMinor),
    expiresAt: line.expiresAt,
    reason: line.reason,
    performedBy: /^\d+$/.test(line.performedBy) ? Number(line.performedBy) : null,
    createdAt: line.createdAt,
  };
}
