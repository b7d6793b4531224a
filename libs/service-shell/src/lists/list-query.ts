import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

export const LIST_LIMIT_MAX = 200;

/** Query of every list. A list's own query class extends it with filters. */
export class ListQuery {
  @ApiPropertyOptional({ minimum: 1, maximum: LIST_LIMIT_MAX, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(LIST_LIMIT_MAX)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  cursor?: string;

  @ApiPropertyOptional({ description: 'Field to sort by; a `-` before it turns the order round' })
  @IsOptional()
  @Matches(/^-?[a-z][a-z0-9_]{0,40}$/, {
    message: 'sort must be the name of a field, with a - before it to turn the order round',
  })
  sort?: string;
}

/** What every list answers. `next_cursor` is null on the last page. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
