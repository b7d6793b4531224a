import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { ListQuery } from '@cashloop/service-shell';

export class VaultRecordsQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'cashloop.receivable.v1' })
  @IsOptional()
  @IsString()
  @MaxLength(249)
  topic?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  partition?: number;
}

/** Where one chain ends. */
export class HeadReply {
  @ApiProperty() topic!: string;
  @ApiProperty({ type: 'integer' }) partition!: number;
  @ApiProperty({ description: 'Sequence the next record gets; records are numbered from 1', example: '42' })
  next_sequence!: string;
  @ApiProperty({ description: 'SHA-256 of the last record, hex' }) hash!: string;
}

export class HeadsReply {
  @ApiProperty({ type: [HeadReply] }) items!: HeadReply[];
}

class HeaderReply {
  @ApiProperty() name!: string;
  @ApiProperty({ nullable: true, type: 'string' }) value!: string | null;
}

/** A record as it arrived. Bytes that are not UTF-8 show as U+FFFD in `value`; `value_base64` is exact. */
export class VaultRecordReply {
  @ApiProperty() topic!: string;
  @ApiProperty({ type: 'integer' }) partition!: number;
  @ApiProperty() sequence!: string;
  @ApiProperty() offset!: string;
  @ApiProperty({ format: 'date-time' }) broker_time!: string;
  @ApiProperty({ format: 'date-time' }) stored_at!: string;
  @ApiProperty({ nullable: true, type: 'string' }) key!: string | null;
  @ApiProperty({ type: [HeaderReply] }) headers!: HeaderReply[];
  @ApiProperty({ nullable: true, type: 'string' }) value!: string | null;
  @ApiProperty({ nullable: true, type: 'string' }) value_base64!: string | null;
  @ApiProperty() previous_hash!: string;
  @ApiProperty() hash!: string;
}

export class VaultRecordsPage {
  @ApiProperty({ type: [VaultRecordReply] }) items!: VaultRecordReply[];
  @ApiProperty({ nullable: true, type: 'string' }) next_cursor!: string | null;
}
