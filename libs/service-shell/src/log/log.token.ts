import { Inject } from '@nestjs/common';

/** Token of the service's pino logger. */
export const LOGGER = Symbol('cashloop:logger');

/** `constructor(@Log() private readonly log: Logger)` */
export const Log = (): ParameterDecorator & PropertyDecorator => Inject(LOGGER);
