import { Option } from 'commander';
import { UserFault } from '../../local/faults.ts';

const NEXT = 'give --reason "...", which the audit keeps';

/** `--reason`, which must say something. A command that only sometimes needs one makes it optional and asks `saidWhy`. */
export const reasonOption = ({ optional = false } = {}): Option =>
  new Option('--reason <words>', 'why; kept in the audit')
    .argParser((words) => saidWhy(words))
    .makeOptionMandatory(!optional);

/** The reason without blanks around it. @throws a sentence when there is none */
export function saidWhy(words: string | undefined, next = NEXT): string {
  const reason = words?.trim() ?? '';
  if (reason === '') throw new UserFault('It is not said why.', next);
  return reason;
}
