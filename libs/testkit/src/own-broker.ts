import { ownServer, type OwnServer } from './own-server.ts';

/** A broker of one spec's own, which it may take down. It takes seconds and 400 MB: for specs of just that. */
export interface OwnBroker extends Pick<OwnServer, 'freeze' | 'close'> {
  brokers: string[];
  restart(signal: 'SIGKILL' | 'SIGTERM', awayMs: number): Promise<void>;
}

export async function ownBroker(): Promise<OwnBroker> {
  const { address, ...server } = await ownServer('kafka');
  return { brokers: [address], ...server };
}
