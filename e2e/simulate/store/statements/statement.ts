import type { Command } from '../command.ts';
import type { Database } from '../database.ts';
import type { Values } from '../rows.ts';
import type { Session } from '../session.ts';

/** One SQL text the store knows, and what it does. */
export interface Statement {
  /** Exactly as the kernel sends it, but for white space; or the form of a text that carries its values in itself. */
  readonly text: string | RegExp;
  readonly run: (
    command: Command,
    params: readonly unknown[],
    session: Session,
    db: Database,
  ) => Promise<Values[]> | Values[];
  /** The values inside such a text. */
  readonly literals?: (text: string) => readonly unknown[];
}

export const oneSpace = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Reads `unnest` of several arrays: one row per position. */
export const unnested = (columns: readonly (readonly unknown[])[]): unknown[][] =>
  (columns[0] ?? []).map((_, i) => columns.map((column) => column[i]));
