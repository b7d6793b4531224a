import {
  All,
  Body,
  Controller,
  HttpCode,
  Param,
  Post,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '@cashloop/service-shell';
import type { ExactObject } from '../domain/exact-json.ts';
import { unsupported } from '../domain/faults.ts';
import { entityNamed } from '../domain/known-entities.ts';
import type { Operation } from '../domain/write-request.ts';
import { DoBatch } from '../handlers/do-batch.ts';
import { DoWriteDocument, type WriteRequest } from '../handlers/do-write-document.ts';
import { AccessTokenGuard } from './access-token.guard.ts';
import { ApiFaultFilter } from './api-fault.filter.ts';
import { ApiInterceptor } from './api.interceptor.ts';
import { type ApiQuery, bodyObject, oneOf } from './api-request.ts';
import { InFlightGuard } from './in-flight.guard.ts';

/** Everything that changes a company, and what the API does not have. Listed after the reading controller. */
@ApiExcludeController()
@Public()
@Controller('v3/company/:realm')
@UseGuards(InFlightGuard, AccessTokenGuard)
@UseInterceptors(ApiInterceptor)
@UseFilters(ApiFaultFilter)
export class WritingController {
  constructor(
    private readonly writes: DoWriteDocument,
    private readonly batches: DoBatch,
  ) {}

  @Post('batch')
  @HttpCode(200)
  async batch(@Param('realm') realm: string, @Query() query: ApiQuery, @Body() body: unknown): Promise<ExactObject> {
    return { BatchItemResponse: await this.batches.run(realm, bodyObject(body), oneOf(query, 'requestid')) };
  }

  @Post(':entity')
  @HttpCode(200)
  write(
    @Param('realm') realmId: string,
    @Param('entity') path: string,
    @Query() query: ApiQuery,
    @Body() raw: unknown,
  ): Promise<ExactObject> {
    const entity = writable(path);
    const body = bodyObject(raw);
    return this.writes.write({
      realmId,
      entity,
      operation: operationOf(query, body),
      body,
      requestId: oneOf(query, 'requestid'),
      allowDuplicateDocNumber: oneOf(query, 'include') === 'allowduplicatedocnum',
    });
  }

  @Post(':entity/:id/send')
  @HttpCode(200)
  send(@Param('realm') realmId: string, @Param('entity') path: string, @Param('id') id: string): Promise<ExactObject> {
    return this.writes.write({ realmId, entity: writable(path), operation: 'send', body: { Id: id } });
  }

  @All('*')
  unknown(): never {
    throw unsupported('on this path');
  }
}

function writable(path: string): WriteRequest['entity'] {
  const entity = entityNamed(path);
  if (entity === 'Customer' || entity === 'Invoice' || entity === 'Payment' || entity === 'CreditMemo') return entity;
  throw unsupported(`write on ${entity ?? path}`);
}

/** Void is asked for by operation=void or, for payments, by include=void. */
function operationOf(query: ApiQuery, body: ExactObject): Operation {
  const operation = oneOf(query, 'operation')?.toLowerCase();
  if (oneOf(query, 'include') === 'void' || operation === 'void') return 'void';
  if (operation === 'delete') return 'delete';
  if (operation !== undefined && operation !== 'update' && operation !== 'create') throw unsupported(operation);
  return body['Id'] === undefined ? 'create' : 'update';
}
