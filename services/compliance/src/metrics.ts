import { Counter } from 'prom-client';

const stored = new Counter({
  name: 'cashloop_compliance_vault_records_total',
  help: 'Records appended to the vault',
  labelNames: ['topic'],
});

const repeats = new Counter({
  name: 'cashloop_compliance_vault_repeats_total',
  help: 'Records that repeat an event the vault holds already',
  labelNames: ['topic'],
});

/** Counts what one batch of a topic brought. */
export function countRecords(topic: string, storedNow: number, repeated: number): void {
  stored.inc({ topic }, storedNow);
  repeats.inc({ topic }, repeated);
}
