import type { ProjectionConsumer } from './consumer/projection-consumer.ts';
import type { Leadership } from './relay/leadership.ts';
import type { OutboxGauge } from './relay/outbox-gauge.ts';
import type { Relay } from './relay/relay.ts';

/** State of the messaging of one process, for /health. */
export interface MessagingState {
  /** Topics there, partitions assigned, relay running here or on another replica. */
  ready: boolean;
  /** Why it is not ready, or what stands still, one sentence each. */
  problems: string[];
  relay: { role: 'leader' | 'follower' | 'starting'; outboxRows: number; oldestAgeSeconds: number };
  projections: { projection: string; state: 'starting' | 'running' | 'stopped'; partitions: number; lag: number }[];
  stoppedPartitions: { projection: string; topic: string; partition: number; reason: string }[];
}

/** Answers /health from memory: asks no server, so it answers also while one is away. */
export class MessagingHealth {
  /** Set while the topics are not there yet; undefined afterwards. */
  startProblem: string | undefined = 'messaging was not started';
  consumers: readonly ProjectionConsumer[] = [];
  readonly #leadership: Leadership;
  readonly #relay: Relay;
  readonly #outbox: OutboxGauge;

  constructor(leadership: Leadership, relay: Relay, outbox: OutboxGauge) {
    this.#leadership = leadership;
    this.#relay = relay;
    this.#outbox = outbox;
  }

  state(): MessagingState {
    const projections = this.consumers.map(stateOf);
    const waiting = [
      this.startProblem,
      this.#leadership.role === 'starting' ? 'no connection to the database for the relay' : undefined,
      this.#leadership.role === 'leader' && this.#relay.problem !== undefined
        ? `relay: ${this.#relay.problem}`
        : undefined,
      ...projections.map(({ projection, state }) =>
        state === 'starting' ? `${projection} has no partitions yet` : undefined,
      ),
    ].filter((problem) => problem !== undefined);
    const stoppedPartitions = this.consumers.flatMap((consumer) =>
      consumer.readers.flatMap(({ place, state, stoppedReason = '' }) =>
        state === 'stopped' ? [{ ...place, reason: stoppedReason }] : [],
      ),
    );
    const stopped = stoppedPartitions.map(
      ({ projection, topic, partition, reason }) => `${projection} ${topic}/${partition}: ${reason}`,
    );
    const refused = this.#relay.refused.map(
      ({ id, topic }) => `relay: the broker refuses event ${id} of ${topic}, what follows it for its key waits`,
    );
    return {
      ready: waiting.length === 0,
      problems: [...waiting, ...stopped, ...refused],
      relay: {
        role: this.#leadership.role,
        outboxRows: this.#outbox.rows,
        oldestAgeSeconds: this.#outbox.oldestAgeSeconds,
      },
      projections,
      stoppedPartitions,
    };
  }
}

function stateOf(consumer: ProjectionConsumer): MessagingState['projections'][number] {
  const { readers } = consumer;
  const stopped = readers.some((reader) => reader.state === 'stopped');
  return {
    projection: consumer.spec.projection,
    state: !consumer.joined ? 'starting' : stopped ? 'stopped' : 'running',
    partitions: readers.length,
    lag: readers.reduce((sum, reader) => sum + Number(reader.lag), 0),
  };
}
