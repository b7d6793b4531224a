export { kafkaBroker, type KafkaSettings } from './kafka-broker.ts';
