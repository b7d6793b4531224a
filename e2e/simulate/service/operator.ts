import type { Owner } from '../clock/scheduler.ts';
import type { Stage } from '../stage.ts';
import { SimulatedClient } from '../store/client.ts';

const LOOKS_EVERY_MS = 4_000;
const RETRY = `update dead_letter set state = 'retrying', attempts = 0, next_attempt_at = now() where state = 'parked'`;

/** An operator who looks at parked events now and then and has them tried again, as `ops -- dead-letters retry` does. */
export function operate({ scheduler, db, strikes, defect }: Stage): void {
  const owner: Owner = { name: 'operator', alive: true, stoppedUntilMs: 0 };
  const look = async (): Promise<void> => {
    scheduler.after(LOOKS_EVERY_MS, owner, () => void look());
    if (!db.rows('dead_letter').some((row) => row.state === 'parked')) return;
    const client = new SimulatedClient({ owner, scheduler, db, strikes, onDefect: defect });
    await client.connect();
    await client.query(RETRY);
    await client.end();
  };
  scheduler.after(LOOKS_EVERY_MS, owner, () => void look().catch(() => undefined));
}
