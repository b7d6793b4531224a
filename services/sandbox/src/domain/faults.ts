/** A refusal of the API itself: `Fault` with HTTP 400 (500 for a system failure). */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';

  constructor(
    readonly code: string,
    message: string,
    readonly detail: string,
    readonly element = '',
    readonly type: 'ValidationFault' | 'SystemFault' = 'ValidationFault',
    readonly status = 400,
  ) {
    super(message);
  }
}

/** A refusal of the gateway before the API: lower-case `fault` with HTTP 401, 403 or 429. */
export class GatewayFault extends Error {
  override readonly name = 'GatewayFault';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly detail: string,
    readonly type: 'AUTHENTICATION' | 'AUTHORIZATION' | 'SERVICE',
  ) {
    super(message);
  }
}

export const staleObject = (): ApiFault =>
  new ApiFault(
    '5010',
    'Stale Object Error',
    'Stale Object Error : You and another user were working on this at the same time. ' +
      'The other user finished before you did, so your work was not saved.',
  );

export const notFound = (what: string): ApiFault =>
  new ApiFault(
    '610',
    'Object Not Found',
    `Object Not Found : Something you're trying to use has been made inactive or does not exist: ${what}`,
  );

export const duplicateName = (): ApiFault =>
  new ApiFault('6240', 'Duplicate Name Exists Error', 'The name supplied already exists. : null', 'DisplayName');

export const duplicateDocNumber = (docNumber: string, kind: string, id: string): ApiFault =>
  new ApiFault(
    '6140',
    'Duplicate Document Number Error',
    'Duplicate Document Number Error : You must specify a different number. This number has already been used. ' +
      `DocNumber=${docNumber} is assigned to TxnType=${kind} with TxnId=${id}`,
  );

export const invalidReference = (what: string): ApiFault =>
  new ApiFault('2500', 'Invalid Reference Id', `Invalid Reference Id : ${what} not found`);

export const unknownProperty = (name: string): ApiFault =>
  new ApiFault(
    '2010',
    'Request has invalid or unsupported property',
    `Property Name:Unrecognized field "${name}" is not supported`,
    name,
  );

export const missing = (element: string): ApiFault =>
  new ApiFault(
    '2020',
    'Required param missing, need to supply the required value for the API',
    `Required parameter ${element} is missing in the request`,
    element,
  );

export const tooLong = (element: string, most: number): ApiFault =>
  new ApiFault(
    '2050',
    'String length is either shorter or longer than supported by specification',
    `String too long. Maximum is ${most}`,
    element,
  );

/** A value that cannot be read as what it should be: Intuit says so when it fails to read the body. */
export const invalidValue = (element: string, why: string): ApiFault =>
  new ApiFault('2010', 'Request has invalid or unsupported property', `Property Name:${element} ${why}`, element);

export const invalidEnum = (element: string, value: string): ApiFault =>
  new ApiFault('2170', 'Invalid Enumeration', `Invalid Enumeration : ${value}`, element);

export const businessRule = (detail: string, element = ''): ApiFault =>
  new ApiFault(
    '6000',
    'A business validation error has occurred while processing your request',
    `Business Validation Error: ${detail}`,
    element,
  );

export const wrongAmount = (): ApiFault =>
  new ApiFault(
    '6070',
    'Amount calculation incorrect in the request',
    'Amount calculation incorrect in the request : Amount is not equal to UnitPrice * Qty. Supplied value:',
  );

export const unsupported = (what: string): ApiFault =>
  new ApiFault('500', 'Unsupported Operation', `Operation ${what} is not supported.`);

export const queryParserError = (detail: string): ApiFault =>
  new ApiFault('4000', 'Error parsing query', `QueryParserError: ${detail}`);

export const queryInvalid = (detail: string): ApiFault =>
  new ApiFault('4001', 'Invalid query', `QueryValidationError: ${detail}`);

export const batchTooLarge = (): ApiFault =>
  new ApiFault('1040', 'Batch too large', 'The maximum number of batch items in a single request is 30');

export const systemFailure = (): ApiFault =>
  new ApiFault(
    '10000',
    'An application error has occurred while processing your request',
    'System Failure Error: an injected or unexpected failure of the stand-in',
    '',
    'SystemFault',
    500,
  );

export const unauthenticated = (why: string): GatewayFault =>
  new GatewayFault(
    401,
    '3200',
    'message=AuthenticationFailed; errorCode=003200; statusCode=401',
    why,
    'AUTHENTICATION',
  );

export const notAuthorised = (): GatewayFault =>
  new GatewayFault(
    403,
    '3100',
    'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403',
    'The application is not authorised for this company',
    'AUTHORIZATION',
  );

export const throttled = (why: string): GatewayFault =>
  new GatewayFault(429, '3001', 'message=ThrottleExceeded; errorCode=003001; statusCode=429', why, 'SERVICE');
