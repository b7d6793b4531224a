import { ProblemError } from '@cashloop/service-shell';
import type { TokenBody } from './auth.dto.ts';

/** Client id and secret from the body, or from HTTP Basic as RFC 6749 section 2.3.1 has it. */
export function clientCredentials(body: TokenBody, header: string | undefined): { clientId: string; secret: string } {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (basic !== undefined) {
    const [clientId = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    return { clientId: decoded(clientId), secret: decoded(rest.join(':')) };
  }
  if (body.client_id === undefined)
    throw ProblemError.invalid('client_id', 'must be sent, in the body or by HTTP Basic');
  if (body.client_secret === undefined)
    throw ProblemError.invalid('client_secret', 'must be sent, in the body or by HTTP Basic');
  return { clientId: body.client_id, secret: body.client_secret };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
