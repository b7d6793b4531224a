import kafkajs from 'kafkajs';
import pg from 'pg';

interface Row {
  id: string;
  topic: string;
  key: string;
  headers: Record<string, string>;
  value: string;
}

/** The relay most teams start with: a row is sent, then deleted, then the next one. It reads a hundred at a time. */
const client = new pg.Client({ connectionString: process.env.RELAY_DATABASE_URL });
await client.connect();
const kafka = new kafkajs.Kafka({ clientId: 'one-by-one', brokers: [process.env.KAFKA_BROKERS ?? ''], logLevel: 1 });
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await producer.connect();
const prefix = process.env.KAFKA_TOPIC_PREFIX ?? '';
let running = true;
process.once('SIGTERM', () => (running = false));

while (running) {
  const { rows } = await client.query<Row>('select id, topic, key, headers, value from outbox order by id limit 100');
  if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  for (const { id, topic, key, headers, value } of running ? rows : []) {
    await producer.send({ topic: prefix + topic, acks: -1, messages: [{ key, headers, value }] });
    await client.query({ name: 'delete', text: 'delete from outbox where id = $1', values: [id] });
  }
}
await producer.disconnect();
await client.end();
