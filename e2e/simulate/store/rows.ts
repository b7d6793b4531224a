import type { Transaction } from './transaction.ts';

export type Values = Readonly<Record<string, unknown>>;

/** Undefined values: the row is deleted. */
interface Version {
  readonly values: Values | undefined;
  readonly commit: number;
}

interface Write {
  readonly values: Values | undefined;
  readonly command: number;
}

export interface Waiter {
  readonly tx: Transaction;
  /** Whether it takes the lock when its turn comes, or only waits for the holder's end. */
  readonly takes: boolean;
  readonly go: () => void;
  readonly fail: (error: Error) => void;
}

/** One row with its committed versions, what its holder wrote since, and who waits for the holder. */
export class Row {
  readonly table: string;
  readonly key: string;
  versions: Version[] = [];
  writes: Write[] = [];
  holder: Transaction | undefined;
  waiting: Waiter[] = [];

  constructor(table: string, key: string) {
    this.table = table;
    this.key = key;
  }

  /** What a command sees: its transaction's earlier writes, else what was committed when the command began. */
  seen(tx: Transaction): Values | undefined {
    if (this.holder === tx) {
      const own = this.writes.findLast((write) => write.command < tx.command);
      if (own !== undefined) return own.values;
    }
    return this.versions.findLast((version) => version.commit <= tx.snapshot)?.values;
  }

  get committed(): Values | undefined {
    return this.versions.at(-1)?.values;
  }

  /** What an update works on: own writes, else the last commit, whether the snapshot shows it or not. */
  newest(tx: Transaction): Values | undefined {
    const own = this.holder === tx ? this.writes.at(-1) : undefined;
    return own === undefined ? this.committed : own.values;
  }

  /** Such a row is invisible to locks and updates of the same command, or a command could meet its own rows for ever. */
  touchedBy(tx: Transaction): boolean {
    return this.holder === tx && this.writes.at(-1)?.command === tx.command;
  }
}
