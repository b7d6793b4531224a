import { Counter, Gauge, Histogram } from 'prom-client';

const name = (rest: string): string => `cashloop_messaging_${rest}`;

export const metrics = {
  outboxRows: new Gauge({ name: name('outbox_rows'), help: 'Events stored but not yet on the broker' }),
  outboxOldestAgeSeconds: new Gauge({ name: name('outbox_oldest_age_seconds'), help: 'Age of the oldest of them' }),
  outboxRefused: new Gauge({
    name: name('outbox_refused'),
    help: 'Events the broker refuses: they and what follows them for their keys wait',
  }),
  outboxParked: new Gauge({ name: name('outbox_parked'), help: 'Events an operator keeps from being sent' }),
  relayLeader: new Gauge({ name: name('relay_leader'), help: '1 while this process relays for its service' }),
  relayedEvents: new Counter({ name: name('relayed_events_total'), help: 'Events the broker acknowledged' }),
  relayFaults: new Counter({ name: name('relay_faults_total'), help: 'Sends that failed and were repeated' }),
  handledEvents: new Counter({
    name: name('handled_events_total'),
    help: 'Events whose effects are committed',
    labelNames: ['projection', 'topic'],
  }),
  handlerSeconds: new Histogram({
    name: name('handler_seconds'),
    help: 'From the begin of a batch transaction to its commit',
    labelNames: ['projection'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
  }),
  consumerLag: new Gauge({
    name: name('consumer_lag'),
    help: 'Records on the broker that this projection has not handled',
    labelNames: ['projection', 'topic', 'partition'],
  }),
  unknownTypes: new Counter({
    name: name('unknown_type_total'),
    help: 'Events of a type this version does not know, skipped',
    labelNames: ['projection', 'topic'],
  }),
  partitionStopped: new Gauge({
    name: name('partition_stopped'),
    help: '1 while a partition stands still until an operator acts',
    labelNames: ['projection', 'topic', 'partition'],
  }),
  retries: new Counter({
    name: name('retries_total'),
    help: 'Batches, and tries of events set aside, repeated after a fault that may pass',
    labelNames: ['projection', 'code'],
  }),
  failingSince: new Gauge({
    name: name('failing_since_seconds'),
    help: 'Unix time since which the batch at the head of a partition has failed again and again; absent while none does',
    labelNames: ['projection', 'topic', 'partition'],
  }),
  deadLetters: new Counter({
    name: name('dead_letters_total'),
    help: 'Events set aside because their handler failed for good',
    labelNames: ['projection'],
  }),
  parked: new Gauge({
    name: name('parked'),
    help: 'Dead letters that wait for an operator',
    labelNames: ['projection'],
  }),
  recoverySeconds: new Histogram({
    name: name('recovery_seconds'),
    help: 'From the first fault of a partition to its next committed batch',
    labelNames: ['projection'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
  }),
  runFailures: new Counter({
    name: name('run_failures_total'),
    help: 'Scheduled runs that ended with an error',
    labelNames: ['run'],
  }),
};
