import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import { Public } from '../auth/decorators.ts';
import { OpenApiDocument } from './openapi-document.ts';

@Public()
@ApiExcludeController()
@Controller('openapi.json')
export class OpenApiController {
  constructor(private readonly document: OpenApiDocument) {}

  @Get()
  get(): Promise<OpenAPIObject> {
    return this.document.served();
  }
}
