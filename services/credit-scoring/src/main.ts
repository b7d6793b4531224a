import { startService } from '@cashloop/service-shell';
import { CreditScoringModule } from './credit-scoring.module.ts';

await startService({ name: 'credit-scoring', module: CreditScoringModule });
