import { Controller, Get, Query } from '@nestjs/common';
import { ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { formatDecimal } from '@cashloop/money';
import { TransactionRunner } from '@cashloop/persistence';
import { Caller, type CallerIdentity } from '@cashloop/service-shell';
import { IsOptional, Matches } from 'class-validator';
import { TotalsView, type Totals } from '../stores/totals.view.ts';

const NAME = /^[A-Za-z0-9._-]{1,100}$/;

/** Query of `GET /credit/totals`. */
export class TotalsQuery {
  @ApiPropertyOptional({ example: 'USD' })
  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code' })
  currency?: string;

  @ApiPropertyOptional({ example: 'quickbooks' })
  @IsOptional()
  @Matches(NAME, { message: 'system must be the name of a system' })
  system?: string;

  @ApiPropertyOptional({ description: "The system's own id of a company, as a realm id" })
  @IsOptional()
  @Matches(NAME, { message: 'company must be the id of a company' })
  company?: string;
}

/** Sums over all receivables of an org. */
@ApiTags('credit')
@Controller('credit/totals')
export class TotalsController {
  constructor(
    private readonly runner: TransactionRunner,
    private readonly totals: TotalsView,
  ) {}

  /** Open balance and number of paid invoices per currency. */
  @Get()
  read(@Caller() { orgId }: CallerIdentity, @Query() query: TotalsQuery) {
    const filter = { currency: query.currency, company: patternOf(query) };
    return this.runner.read([orgId], async (tx) => ({ items: (await this.totals.read(tx, orgId, filter)).map(reply) }));
  }
}

/** Company names are matched whole; `_` in them would match any letter. */
function patternOf({ system, company }: TotalsQuery): string | undefined {
  if (system === undefined && company === undefined) return undefined;
  return `${literal(system) ?? '%'}:${literal(company) ?? '%'}`;
}

const literal = (text: string | undefined): string | undefined => text?.replaceAll('_', String.raw`\_`);

const reply = (row: Totals) => ({
  currency: row.currency,
  invoices: row.invoices,
  open_invoices: row.open_invoices,
  paid_invoices: row.paid_invoices,
  open_balance: formatDecimal(BigInt(row.open_minor), row.currency),
  payments: row.payments,
  unapplied_cash: formatDecimal(BigInt(row.unapplied_cash_minor), row.currency),
  credit_notes: row.credit_notes,
  unapplied_credit: formatDecimal(BigInt(row.unapplied_credit_minor), row.currency),
  adjustments: formatDecimal(BigInt(row.adjustments_minor), row.currency),
});
