import { defaultPortBase, services } from '../parts.ts';
import type { ServerPart, ServicePart } from '../parts.ts';
import { adminName } from '../local/admin-name.ts';

/** A service of docker-compose.yml, as far as we use the format. */
export interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string; target: string; args?: Record<string, string> };
  [key: string]: unknown;
}

const port = (offset: number): number => defaultPortBase + offset;
const secretsRead = 'secrets:/secrets:ro';
/** Everything is published on this machine only. */
const publish = (outside: number, inside: number): string => `127.0.0.1:${outside}:${inside}`;
const healthy = { condition: 'service_healthy' };
const done = { condition: 'service_completed_successfully' };

const operator = (script: string, more: Partial<ComposeService>): ComposeService => ({
  image: 'cashloop/operator',
  build: { context: '.', dockerfile: 'deploy/Dockerfile', target: 'workspace' },
  command: ['node', '--disable-warning=TimeoutNegativeWarning', script, '/secrets'],
  restart: 'no',
  ...more,
});

/** One-off containers: they end, and the others wait for that. */
const oneOffs = (): Record<string, ComposeService> => ({
  secrets: operator('tools/compose/make-secrets.ts', { volumes: ['secrets:/secrets'] }),
  databases: operator('tools/compose/prepare-databases.ts', {
    volumes: [secretsRead],
    depends_on: { secrets: done, postgres: healthy },
  }),
  sample: operator('tools/compose/load-sample.ts', {
    volumes: ['secrets:/secrets'],
    depends_on: Object.fromEntries(services.map((service) => [service.name, healthy])),
  }),
});

const check = (test: string[], timeout = '5s'): object => ({
  test,
  interval: '5s',
  timeout,
  retries: 24,
  start_period: '20s',
});

const postgres = (part: ServerPart): ComposeService => ({
  image: 'postgres:18',
  environment: { POSTGRES_USER: adminName, POSTGRES_PASSWORD_FILE: '/secrets/postgres-admin', TZ: 'UTC' },
  ports: [publish(port(part.portOffset), 5432)],
  volumes: ['postgres:/var/lib/postgresql', secretsRead],
  healthcheck: check(['CMD', 'pg_isready', '-h', '127.0.0.1', '-U', adminName, '-d', 'postgres']),
  depends_on: { secrets: done },
  restart: 'unless-stopped',
});

/** Two listeners: one for the other containers by name, one for programs on this machine. */
const kafka = (part: ServerPart): ComposeService => ({
  image: 'apache/kafka:4.3.1',
  environment: {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@kafka:9093',
    KAFKA_LISTENERS: `INSIDE://0.0.0.0:9092,HOST://0.0.0.0:${port(part.portOffset)},CONTROLLER://0.0.0.0:9093`,
    KAFKA_ADVERTISED_LISTENERS: `INSIDE://kafka:9092,HOST://127.0.0.1:${port(part.portOffset)}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,HOST:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
  },
  ports: [publish(port(part.portOffset), port(part.portOffset))],
  volumes: ['kafka:/var/lib/kafka/data'],
  // Each check starts a JVM, and everything waits on it: on two busy cores that takes more than 5 s.
  healthcheck: check(['CMD', '/opt/kafka/bin/kafka-broker-api-versions.sh', '--bootstrap-server', 'kafka:9092'], '15s'),
  stop_grace_period: '40s',
  restart: 'unless-stopped',
});

const redis = (part: ServerPart): ComposeService => ({
  image: 'redis:7-bookworm',
  command: ['redis-server', '/secrets/redis.conf', '--bind', '0.0.0.0'],
  ports: [publish(port(part.portOffset), 6379)],
  volumes: [secretsRead],
  // An answer of any kind will do: without the password it is "NOAUTH".
  healthcheck: check(['CMD', 'redis-cli', 'ping']),
  depends_on: { secrets: done },
  restart: 'unless-stopped',
});

const prometheus = (part: ServerPart): ComposeService => ({
  image: 'prom/prometheus:v2.53.5',
  command: [
    '--config.file=/etc/prometheus/prometheus.yml',
    '--storage.tsdb.path=/prometheus',
    '--storage.tsdb.retention.size=512MB',
    '--storage.tsdb.retention.time=15d',
  ],
  ports: [publish(port(part.portOffset), 9090)],
  volumes: [
    './prometheus/prometheus.compose.yml:/etc/prometheus/prometheus.yml:ro',
    './prometheus/rules:/etc/prometheus/rules:ro',
    'prometheus:/prometheus',
  ],
  restart: 'unless-stopped',
});

const grafana = (): ComposeService => ({
  image: 'grafana/grafana:11.6.0',
  environment: {
    GF_AUTH_ANONYMOUS_ENABLED: 'true',
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_ANALYTICS_REPORTING_ENABLED: 'false',
    GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  },
  ports: [publish(3100, 3000)],
  volumes: [
    './grafana/provisioning:/etc/grafana/provisioning:ro',
    './grafana/dashboards:/var/lib/grafana/dashboards:ro',
    'grafana:/var/lib/grafana',
  ],
  depends_on: ['prometheus'],
  restart: 'unless-stopped',
});

const serverWriters = { postgres, kafka, redis, prometheus };

export function serverEntry(part: ServerPart): ComposeService {
  return serverWriters[part.name](part);
}

export function serviceEntry(part: ServicePart): ComposeService {
  const own = port(part.portOffset);
  return {
    image: `cashloop/${part.name}`,
    build: { context: '.', dockerfile: 'deploy/Dockerfile', target: 'service', args: { SERVICE: part.name } },
    environment: { CASHLOOP_SETTINGS: `/secrets/${part.name}.json`, PORT: String(own) },
    ports: [publish(own, own)],
    volumes: [secretsRead],
    depends_on: { databases: done, kafka: healthy, redis: { condition: 'service_started' } },
    stop_grace_period: '15s',
    restart: 'unless-stopped',
  };
}

export { grafana, oneOffs };
