import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { ProblemError } from '../problems/problem-error.ts';

/** `@Param('id', EntityIdPipe) id: string`: an id of ours, a whole number from 1 on that fits a bigint, as a string. */
@Injectable()
export class EntityIdPipe implements PipeTransform<string, string> {
  transform(value: string, metadata: ArgumentMetadata): string {
    if (/^[1-9]\d{0,17}$/.test(value)) return value;
    throw ProblemError.invalid(metadata.data ?? 'id', 'must be a whole number from 1 on');
  }
}
