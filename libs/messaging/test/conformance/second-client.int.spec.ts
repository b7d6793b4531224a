import { jest } from '@jest/globals';
import { kafkaStage, ownKafkaStage } from './broker-stage.ts';
import { bothClientsTests } from './second-client/both-clients.ts';
import { platformatic } from './second-client/second-broker.ts';
import { conformance } from './suite.ts';

jest.setTimeout(90_000);
conformance(
  'Kafka, by @platformatic/kafka',
  () => kafkaStage(platformatic),
  () => ownKafkaStage(platformatic),
);
describe('kafkajs and @platformatic/kafka', bothClientsTests);
