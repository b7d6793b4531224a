import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';

// Longer secrets would only keep scrypt busy.
const SECRET_CHARS_MAX = 1024;

export class LoginBody {
  @ApiProperty({ example: 'admin@cashloop.local' }) @IsString() @IsNotEmpty() @MaxLength(320) email!: string;
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(SECRET_CHARS_MAX) password!: string;
}

export class TokenBody {
  @ApiProperty({ enum: ['client_credentials'] }) @IsIn(['client_credentials']) grant_type!: string;
  @ApiPropertyOptional({ description: 'Or in the Authorization header (Basic)' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  client_id?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(SECRET_CHARS_MAX) client_secret?: string;
}

export class PasswordBody {
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(SECRET_CHARS_MAX) current_password!: string;
  @ApiProperty({ minLength: 10 }) @IsString() @MinLength(10) @MaxLength(SECRET_CHARS_MAX) new_password!: string;
}

export class TokenAnswer {
  @ApiProperty() access_token!: string;
  @ApiProperty({ enum: ['Bearer'] }) token_type!: 'Bearer';
  @ApiProperty({ description: 'Seconds' }) expires_in!: number;
}
