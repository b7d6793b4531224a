import type { Stage } from '../stage.ts';
import { type Told, toldOn } from './topic-log.ts';

/** Exactly one breach per crossing: open and cleared in turn, every version once, the last one as the account stands. */
export function breachFaults(stage: Stage): string[] {
  const told = Map.groupBy(toldOn(stage, stage.topics.breach.name), ({ subject }) => subject.slice('breach/'.length));
  const accounts = new Map(stage.db.rows('account').map((account) => [account.id as string, account]));
  return [...new Set([...accounts.keys(), ...told.keys()])].flatMap((id) => {
    const { version = 0, breach_open: open } = accounts.get(id) ?? {};
    return accountFaults(id, version as number, open === true, told.get(id) ?? []);
  });
}

function accountFaults(id: string, version: number, open: boolean, told: readonly Told[]): string[] {
  const byVersion = Map.groupBy(told, (one) => one.version);
  const faults: string[] = [];
  if (byVersion.size !== version) faults.push(`${id} crossed ${version} times, its topic tells ${byVersion.size}`);
  for (const [at, same] of byVersion) {
    const ids = new Set(same.map((one) => one.id));
    if (ids.size > 1) faults.push(`version ${at} of ${id}'s breach is told ${ids.size} times: ${[...ids].join(', ')}`);
    if (same[0]?.body.open !== (at % 2 === 1)) faults.push(`version ${at} of ${id}'s breach is no crossing`);
  }
  if (open !== (version % 2 === 1))
    faults.push(`${id} crossed ${version} times and its breach is ${open ? 'open' : 'closed'}`);
  return faults;
}
