import { jest } from '@jest/globals';
import { kafkaStage, ownKafkaStage } from './broker-stage.ts';
import { bothClientsTests } from './second-client/both-clients.ts';
import { secondBroker } from './second-client/second-broker.ts';
import { conformance } from './suite.ts';

jest.setTimeout(90_000);
const kind = { make: secondBroker, module: './second-client/second-broker.ts', name: 'secondBroker' };
conformance(
  'Kafka, by @platformatic/kafka',
  () => kafkaStage(kind),
  () => ownKafkaStage(kind),
);
describe('kafkajs and @platformatic/kafka', bothClientsTests);
