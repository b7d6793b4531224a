import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { KeyedQueue } from '@cashloop/connector-kit';

/** Readings of one company run one after the other; before the program ends, the running ones come to a safe point. */
@Injectable()
export class CompanyQueue extends KeyedQueue implements BeforeApplicationShutdown {
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
