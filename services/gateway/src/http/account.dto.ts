import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsNotEmpty,
  IsString,
  MaxLength,
  MinLength,
  ValidateIf,
} from 'class-validator';
import { GIVEN_ROLES } from '../domain/account.ts';

/** May be left out, but not null: null would say nothing. */
const IfGiven = (name: string): PropertyDecorator =>
  ValidateIf((object: Record<string, unknown>) => object[name] !== undefined);

export class NewUserBody {
  @ApiProperty() @IsEmail({ require_tld: false }) @MaxLength(320) email!: string;
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(200) name!: string;
  @ApiProperty({ enum: GIVEN_ROLES, isArray: true })
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(GIVEN_ROLES, { each: true })
  roles!: string[];
  @ApiProperty({ minLength: 10 }) @IsString() @MinLength(10) @MaxLength(1024) password!: string;
}

export class NewClientBody {
  @ApiProperty() @IsString() @IsNotEmpty() @MaxLength(200) name!: string;
  @ApiProperty({ enum: GIVEN_ROLES, isArray: true })
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(GIVEN_ROLES, { each: true })
  roles!: string[];
}

export class ClientChangeBody {
  @ApiPropertyOptional() @IfGiven('name') @IsString() @IsNotEmpty() @MaxLength(200) name?: string;
  @ApiPropertyOptional({ enum: GIVEN_ROLES, isArray: true })
  @IfGiven('roles')
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(GIVEN_ROLES, { each: true })
  roles?: string[];
  @ApiPropertyOptional({ description: 'false: may no longer sign in, and its tokens end' })
  @IfGiven('active')
  @IsBoolean()
  active?: boolean;
}

export class UserChangeBody extends ClientChangeBody {
  @ApiPropertyOptional({ minLength: 10 })
  @IfGiven('password')
  @IsString()
  @MinLength(10)
  @MaxLength(1024)
  password?: string;
}
