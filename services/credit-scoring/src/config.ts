import { IsUrl } from 'class-validator';
import { ServiceConfig } from '@cashloop/service-shell';

/** Settings of credit-scoring beside those of every service. */
export class CreditScoringConfig extends ServiceConfig {
  @IsUrl({ protocols: ['postgres', 'postgresql'], require_protocol: true, require_tld: false })
  CREDIT_SCORING_DATABASE_URL!: string;
}
