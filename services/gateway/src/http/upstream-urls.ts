import type { GatewayConfig } from '../config.ts';
import type { Upstream } from '../domain/upstreams.ts';

/** Where each service behind listens. */
export const upstreamUrls = (config: GatewayConfig): Readonly<Record<Upstream, string>> => ({
  'crm-sync': config.CRM_SYNC_URL,
  'quickbooks-sync': config.QUICKBOOKS_SYNC_URL,
  'credit-scoring': config.CREDIT_SCORING_URL,
  compliance: config.COMPLIANCE_URL,
});
