import type { Shown } from './sample.ts';

export interface ReadyFacts {
  seconds: number;
  gateway: string;
  sandbox: string;
  prometheus?: string;
  kafka: string;
  email: string;
  password: string;
  dataHome: string;
  external: boolean;
  shown?: Shown;
  /** What is unlike the first start, and no fault. */
  note?: string;
  /** The admin's password is no longer the one given here. */
  ownPassword?: boolean;
  detached: boolean;
}

/** What a newcomer needs to go on, and nothing else. */
export function readyTable(facts: ReadyFacts): string {
  const rows: [string, string][] = [
    ['Holds as they come', `${facts.gateway}/app`],
    ['API', `${facts.gateway}/docs`],
    ['QuickBooks stand-in', facts.sandbox],
    ...(facts.prometheus === undefined ? [] : ([['Prometheus', facts.prometheus]] as [string, string][])),
    ['Kafka', facts.kafka],
    ['Log in as', `${facts.email}  ${facts.ownPassword === true ? '(the password you set)' : facts.password}`],
    ['Data', facts.external ? 'on your servers, kept' : `kept in ${facts.dataHome} (npm run reset removes them)`],
    ...(facts.note === undefined ? [] : ([['Note', facts.note]] as [string, string][])),
    ['Follow the holds', 'npm run holds'],
    ['Stop', facts.detached ? 'npm stop' : 'Ctrl-C, or npm stop elsewhere'],
  ];
  const shown = facts.shown === undefined ? '' : `: ${facts.shown.customers} customers, ${facts.shown.holds} on hold`;
  const lines = rows.map(([name, text]) => `  ${name.padEnd(21)} ${text}`);
  return `\nCashloop is ready after ${facts.seconds} s${shown}.\n\n${lines.join('\n')}\n`;
}
