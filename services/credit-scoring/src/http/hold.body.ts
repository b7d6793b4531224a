import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** Body of `PUT` and `DELETE /credit/clients/{id}/hold`. */
export class HoldBody {
  @ApiProperty({ example: 'cheque bounced twice' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  reason!: string;
}
