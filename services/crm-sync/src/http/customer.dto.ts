import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { minorDigits } from '@cashloop/money';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';
import { ListQuery } from '@cashloop/service-shell';

const trimmed = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
const upper = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim().toUpperCase() : value,
);

/** The fields a person may write; null counts as left out. `""` takes an e-mail or a phone number away. */
class CustomerBody {
  @ApiPropertyOptional({ example: 'Test Customer' })
  @trimmed
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  name?: string;

  @ApiPropertyOptional({ description: 'The same as name', example: 'Test Customer' })
  @trimmed
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  full_name?: string;

  @ApiPropertyOptional({ example: 'test@example.com' })
  @trimmed
  @IsOptional()
  @ValidateIf((body: CustomerBody) => body.email !== '')
  @IsEmail({ require_tld: false })
  @MaxLength(320)
  email?: string;

  @ApiPropertyOptional({ example: '555-0100' })
  @trimmed
  @IsOptional()
  @IsString()
  @MaxLength(100)
  phone?: string;

  @ApiPropertyOptional({ description: 'ISO 4217', example: 'USD' })
  @upper
  @IsOptional()
  @ValidateBy({
    name: 'currency',
    validator: { validate: isCurrency, defaultMessage: () => 'currency must be an ISO 4217 code such as USD' },
  })
  currency?: string;

  @ApiPropertyOptional({ type: 'integer', nullable: true, description: 'Customer above this one; null at the top' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  parent_id?: number | null;
}

export class CreateCustomerBody extends CustomerBody {
  @ApiPropertyOptional({ type: 'integer', description: "The caller's own org; may be left out" })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  org_id?: number;
}

export class UpdateCustomerBody extends CustomerBody {
  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    description: 'Customer that is the same party in another currency; null takes the link away',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  other_currency_of?: number | null;
}

export class CustomerListQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'Part of name, e-mail or TERI code' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ description: 'Id in an outside system' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  external_id?: string;

  @ApiPropertyOptional({ example: 'quickbooks' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  system?: string;

  @ApiPropertyOptional({ description: "An outside system's company: realm id, tenant id" })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  company?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  active?: string;
}

class LinkReply {
  @ApiProperty({ example: 'quickbooks' }) system!: string;
  @ApiProperty({ example: '9130347596842384' }) company!: string;
  @ApiProperty({ example: '58' }) external_id!: string;
}

class OtherCurrencyReply {
  @ApiProperty({ type: 'integer' }) id!: number;
  @ApiProperty({ example: 'EUR' }) currency!: string;
}

/** A customer as callers see it. Empty text means unknown. */
export class CustomerReply {
  @ApiProperty({ type: 'integer' }) id!: number;
  @ApiProperty() name!: string;
  @ApiProperty() email!: string;
  @ApiProperty() phone!: string;
  @ApiProperty({ example: 'USD' }) currency!: string;
  @ApiProperty({ type: 'integer', nullable: true }) parent_id!: number | null;
  @ApiProperty() active!: boolean;
  @ApiProperty({ example: 'TERI-7Q2M9XKD' }) teri_code!: string;
  @ApiProperty({ type: 'integer' }) version!: number;
  @ApiProperty({ type: [LinkReply] }) links!: LinkReply[];
  @ApiProperty({ type: 'integer', nullable: true, description: 'The same party in another currency' })
  other_currency_of!: number | null;
  @ApiProperty({ type: [OtherCurrencyReply], description: 'All customers that are the same party in other currencies' })
  other_currencies!: OtherCurrencyReply[];
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;
}

export class CustomerPage {
  @ApiProperty({ type: [CustomerReply] }) items!: CustomerReply[];
  @ApiProperty({ nullable: true, type: 'string' }) next_cursor!: string | null;
}

function isCurrency(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    minorDigits(value);
    return true;
  } catch {
    return false;
  }
}
