import type { Progress, ReplayReport } from '@cashloop/messaging/replay';

const number = (n: number): string => n.toLocaleString('en');
const count = (n: number, noun: string): string => `${number(n)} ${noun}${n === 1 ? '' : 's'}`;

const EVERY_MS = 1_000;

/** Lines on standard error, one a second at most. */
export function progressLines(write: (line: string) => void): (progress: Progress) => void {
  let last = 0;
  return ({ records, left, recordedAt }) => {
    if (Date.now() - last < EVERY_MS) return;
    last = Date.now();
    write(`replay: ${count(records, 'record')}, ${number(left)} left, at ${recordedAt.toISOString()}`);
  };
}

/** What the rebuilt state is, beside the live one. */
export function reportLines(projection: string, report: ReplayReport): string[] {
  const { schema, records, withheld, setAside, customers } = report;
  return [
    `${projection} ${report.resumed ? 'goes on' : 'rebuilt'} in schema ${schema}: ${count(records, 'record')} now, ${count(withheld, 'event')} withheld`,
    ...(customers === undefined ? [] : [`covers customers ${customers.join(', ')}, whose state hangs together`]),
    ...(setAside === 0 ? [] : [`${count(setAside, 'record')} no handler could take: ${schema}.dead_letter`]),
    `replay  ${report.hash}  ${count(report.lines, 'line')}`,
    `live    ${report.liveHash}  ${count(report.liveLines, 'line')}`,
    ...(report.unmatched.length === 0
      ? []
      : [`Nothing is known of ${report.unmatched.join(', ')}, live or on the topics.`]),
    ...(matches(report) ? [verdict(report)] : []),
    ...report.difference.onlyLive.map((line) => `- live    ${line}`),
    ...report.difference.onlyReplay.map((line) => `+ replay  ${line}`),
  ];
}

/** Whether there is anything to compare: no two states agree on what neither knows. */
const matches = ({ unmatched, lines, liveLines }: ReplayReport): boolean =>
  unmatched.length === 0 || lines + liveLines > 0;

/** Whether an operator must look: the states of one moment differ, or a filter names what nobody knows. */
export const failed = (report: ReplayReport): boolean =>
  report.unmatched.length > 0 || (report.sameMoment && !agrees(report));

const agrees = ({ hash, liveHash }: ReplayReport): boolean => hash === liveHash;

function verdict(report: ReplayReport): string {
  if (agrees(report)) return 'The states agree.';
  if (report.sameMoment) return 'The states differ.';
  return 'The states are of different moments, so they need not agree.';
}
