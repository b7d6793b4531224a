import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readJson, writeJson } from '../local/files.ts';
import { foldersOf } from '../local/folders.ts';
import type { Source } from './input/source.ts';
import type { KeptIdentities } from './ledger/identity.ts';
import type { Settings } from './settings.ts';

/** What the loader remembers of one company, so that a second run means the same as the first. */
export interface CompanyMemory {
  /** Path of the file, or "-". */
  file: string;
  realm?: string;
  /** What was told when this file was loaded; what is told now goes before it. */
  settings: Partial<Settings>;
  /** Content -> days its dates were moved: the same file moves alike, whatever day it is. */
  shifts: Record<string, number>;
  /** How its documents are named: other names would load every document anew. */
  identities?: KeptIdentities;
  /** Where the last run wrote its bad rows. */
  rejects?: string;
  /** A run that was interrupted: calls the stand-in has acknowledged, of these very rows. */
  sending?: { rows: string; done: number };
}

type Companies = Record<string, CompanyMemory>;

/** Keeps one file of memory in the state of the local system. */
export class Memory {
  readonly folder: string;
  readonly #file: string;
  readonly #companies: Companies;

  constructor(folder = join(foldersOf().home, 'load')) {
    this.folder = folder;
    this.#file = join(folder, 'companies.json');
    this.#companies = readJson<Companies>(this.#file) ?? {};
  }

  of(company: string): CompanyMemory | undefined {
    return this.#companies[company];
  }

  keep(company: string, change: Partial<CompanyMemory> & Pick<CompanyMemory, 'file'>): void {
    const before = this.#companies[company] ?? { settings: {}, shifts: {} };
    this.#companies[company] = { ...before, ...change };
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    writeJson(this.#file, this.#companies);
  }

  /** The name for a file's own company: after folder and file, and not that of another file. */
  nameFor(source: Source): string {
    const path = source.name === '-' ? '-' : source.path;
    const known = Object.entries(this.#companies).find(
      ([, memory]) => memory.file === (path === '-' ? `-${source.sha256}` : path),
    );
    if (known !== undefined) return known[0];
    const wanted = path === '-' ? `standard input ${source.sha256.slice(0, 8)}` : fileTitle(path);
    let name = wanted;
    for (let n = 2; this.#companies[name] !== undefined; n++) name = `${wanted} ${n}`;
    return name;
  }

  /** A folder for the rows of one company. */
  folderOf(company: string): string {
    const folder = join(this.folder, createHash('sha256').update(company).digest('hex').slice(0, 12));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }
}

/** How a file is remembered. */
export const fileName = (source: Source): string => (source.name === '-' ? `-${source.sha256}` : source.path);

/** "ibm_ar invoices" for ibm_ar/invoices.csv: many ledgers are called invoices. */
export function fileTitle(path: string): string {
  const name = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.(csv|tsv|txt)$/i, '');
  const folder = basename(dirname(path));
  return (folder === '' || folder === '.' ? name : `${folder} ${name}`).slice(0, 90);
}
