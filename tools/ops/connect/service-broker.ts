import { kafkaBroker } from '@cashloop/messaging/kafka';
import { UserFault } from '../../local/faults.ts';
import { serviceSetting } from './service-environment.ts';

/** The broker a service speaks to, with its topic prefix. @throws a sentence that says how to name it */
export function brokerOf(service: string, clientId: string): ReturnType<typeof kafkaBroker> {
  const brokers = serviceSetting(service, 'KAFKA_BROKERS')?.split(',');
  if (brokers === undefined) throw new UserFault('It is not known where Kafka is.', 'npm start, or set KAFKA_BROKERS');
  return kafkaBroker({ clientId, brokers, prefix: serviceSetting(service, 'KAFKA_TOPIC_PREFIX') ?? '' });
}
