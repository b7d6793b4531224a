import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsISO4217CurrencyCode,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { type FaultKind, faultKinds } from '../domain/injected-faults.ts';

export class NewCompanyDto {
  @ApiProperty() @IsString() @Length(1, 200) name!: string;
  @ApiPropertyOptional({ description: 'Home currency, USD by default' })
  @IsOptional()
  @IsISO4217CurrencyCode()
  currency?: string;
  @ApiPropertyOptional() @IsOptional() @Matches(/^\d{1,19}$/) realm_id?: string;
  @ApiPropertyOptional({ description: 'America/Los_Angeles by default' })
  @IsOptional()
  @IsTimeZone()
  time_zone?: string;
  @ApiPropertyOptional() @IsOptional() @IsBoolean() freed_payment_moves?: boolean;
}

export class ConsentDto {
  @ApiPropertyOptional() @IsOptional() @IsUrl({ require_tld: false }) redirect_uri?: string;
}

export class TakePaymentDto {
  @ApiProperty() @Matches(/^\d{1,18}$/) invoice_id!: string;
  @ApiPropertyOptional({ description: 'All that is open by default' })
  @IsOptional()
  @Matches(/^\d{1,15}(\.\d{1,4})?$/)
  amount?: string;
  @ApiPropertyOptional() @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}$/) date?: string;
}

export class FaultDto {
  @ApiPropertyOptional({ description: 'Any company by default' }) @IsOptional() @Matches(/^\d{1,19}$/) realm?: string;
  @ApiProperty({ enum: faultKinds }) @IsIn(faultKinds) kind!: FaultKind;
  @ApiPropertyOptional({ default: 1 }) @IsOptional() @IsInt() @Min(1) @Max(1_000_000) times?: number;
}

export class ClockDto {
  @ApiPropertyOptional() @IsOptional() @IsInt() @Min(-315_576_000_000) @Max(315_576_000_000) advance_ms?: number;
  @ApiPropertyOptional() @IsOptional() @IsISO8601() set?: string;
  @ApiPropertyOptional() @IsOptional() @IsBoolean() reset?: boolean;
}

export class SampleDto {
  @ApiPropertyOptional({ default: 1 }) @IsOptional() @IsInt() @Min(0) @Max(4_294_967_295) seed?: number;
  @ApiPropertyOptional({ default: 200 }) @IsOptional() @IsInt() @Min(1) @Max(5000) customers?: number;
}
