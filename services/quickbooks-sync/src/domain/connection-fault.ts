/** What a failed piece of work means for the connection. */
export type ConnectionFault = { state: 'needs_reconsent' | 'error' | null; message: string };

interface FaultLike {
  name?: string;
  kind?: string;
  message?: string;
}

/** A lost grant stops the company until a person consents again; lost access until somebody looks; all else passes. */
export function connectionFault(error: unknown): ConnectionFault {
  const { name, kind, message = String(error) } = (error ?? {}) as FaultLike;
  if (name === 'ReconsentNeeded' || name === 'NoToken' || kind === 'not_authorised') {
    return { state: 'needs_reconsent', message: `${message}; connect the company again at /qbo/oauth/start` };
  }
  if (kind === 'access_lost') return { state: 'error', message };
  return { state: null, message };
}
