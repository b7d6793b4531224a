import { jest } from '@jest/globals';
import { kafkaStage, ownKafkaStage } from './broker-stage.ts';
import { conformance } from './suite.ts';

jest.setTimeout(90_000);
conformance(
  'Kafka',
  () => kafkaStage(),
  () => ownKafkaStage(),
);
