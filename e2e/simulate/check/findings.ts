import type { Stage } from '../stage.ts';
import type { Books } from './books.ts';
import { breachFaults } from './breaches.ts';
import { countFaults } from './counts.ts';
import { documentFaults } from './documents.ts';
import { projectionFaults } from './projection.ts';
import { recordFaults } from './records.ts';
import { relayFaults } from './relay-order.ts';
import { open } from './settled.ts';

/** Every invariant that does not hold after a run. One that was broken on the way is told alone: others follow from it. */
export function faultsOf(stage: Stage, books: Books, rest: boolean, counted: number): string[] {
  if (books.faults.length > 0) return [...books.faults];
  if (!rest)
    return [
      `no rest after ${Math.round(stage.scheduler.nowMs)} ms: ${open(stage).join('; ') || 'a call has no reply'}`,
    ];
  return [
    ...documentFaults(stage, books),
    ...recordFaults(stage),
    ...projectionFaults(stage, books),
    ...breachFaults(stage),
    ...relayFaults(stage, books.overtaken.aside),
    ...countFaults(stage, counted),
  ];
}
