import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyInput, ProblemError } from '@cashloop/service-shell';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { LimitOrder } from '../handlers/do-set-limits.ts';

/** Body of `PUT /credit/clients/{id}/limit`. */
export class LimitBody {
  @MoneyInput({ description: "In the account's currency" })
  limit!: string;

  @ApiProperty({ example: 'agreed with the finance director' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason!: string;

  @ApiPropertyOptional({
    description: 'Instant in the future; without it the limit stands until changed',
    nullable: true,
    type: String,
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string | null;

  @ApiPropertyOptional({
    description: 'Hold the account when its exposure is above this lower limit; else it is only warned',
  })
  @IsOptional()
  @IsBoolean()
  hold?: boolean;
}

/** One item of `PUT /credit/limits`. */
export class LimitItem {
  @ApiProperty()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  client_id!: number;

  @MoneyInput({ description: "In the account's currency" })
  limit!: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(500)
  reason?: string;
}

/** Body of `PUT /credit/limits`: all of them or none. */
export class LimitsBody {
  @ApiProperty({ type: [LimitItem], maxItems: 500 })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => LimitItem)
  items!: LimitItem[];
}

/** @throws ProblemError when the end is not in the future */
export function orderOf(clientId: string, body: LimitBody, path: string, now: Date): LimitOrder {
  const expiresAt = body.expires_at ? new Date(body.expires_at) : null;
  if (expiresAt !== null && !(expiresAt.getTime() > now.getTime())) {
    throw ProblemError.invalid(`${path}expires_at`, 'must be in the future');
  }
  return { clientId, limit: body.limit, reason: body.reason, expiresAt, hold: body.hold ?? false, path };
}

/** @throws ProblemError when a client stands twice */
export function ordersOf(items: readonly LimitItem[]): LimitOrder[] {
  const seen = new Set<number>();
  return items.map((item, i) => {
    const path = `items.${i}.`;
    if (seen.has(item.client_id)) throw ProblemError.invalid(`${path}client_id`, 'stands twice in the list');
    seen.add(item.client_id);
    const reason = item.reason ?? 'set in bulk';
    return { clientId: String(item.client_id), limit: item.limit, reason, expiresAt: null, hold: false, path };
  });
}
