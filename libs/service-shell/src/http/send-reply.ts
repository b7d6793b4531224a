import type { FastifyReply } from 'fastify';

/** What `Commands.run` answers. */
export interface StoredReply {
  status: number;
  /** JSON text. */
  body: string;
  replayed: boolean;
}

/** Sends a command's reply byte for byte as it was stored; `idempotency-replayed: true` marks a repeat. */
export function sendReply(reply: FastifyReply, stored: StoredReply): void {
  if (stored.replayed) void reply.header('idempotency-replayed', 'true');
  void reply.status(stored.status).header('content-type', 'application/json; charset=utf-8').send(stored.body);
}
