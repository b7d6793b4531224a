/** What a service says about its database. */
export interface PersistenceOptions {
  /** postgres:// URL of the service's login, which is neither owner nor superuser. */
  url: string;
  /** Migration classes in order; the service only checks that they are applied. */
  migrations: readonly Function[];
  /** TypeORM entities. */
  entities?: readonly Function[];
  /** Most connections this process opens besides the leader's one. 10 unless told. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Longest time one statement may take. 30 s unless told. */
  statementTimeoutMs?: number;
  /** Longest wait for a row lock: a stopped process that holds one must not stop the others. 5 s unless told. */
  lockTimeoutMs?: number;
  /** Longest pause inside a transaction before Postgres ends it and frees its locks. 10 s unless told. */
  idleInTransactionTimeoutMs?: number;
  /** Longest wait for the database at start. 30 s unless told. */
  connectWaitMs?: number;
}

/** Token of the options a service gave to PersistenceModule. */
export const PERSISTENCE_OPTIONS = Symbol('PERSISTENCE_OPTIONS');
