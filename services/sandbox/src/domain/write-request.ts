import type { Company } from './company.ts';
import type { ExactObject } from './exact-json.ts';
import { missing, staleObject } from './faults.ts';
import { textOf } from './read-body.ts';

export type Operation = 'create' | 'update' | 'void' | 'delete' | 'send';

/** What a write may know: the company, and the stand-in's time in whole seconds. */
export interface WriteContext {
  company: Company;
  now: Date;
  /** The company's date. */
  today: string;
  /** The id a new document gets. */
  newId: string;
  /** The number a document gets that comes without one. */
  newDocNumber: string;
}

/** The id of the document to change. @throws ApiFault 2020 */
export function idOf(body: ExactObject): string {
  const id = textOf(body, 'Id', 40);
  if (id === undefined) throw missing('Id');
  return id;
}

/** @throws ApiFault 2020, 5010 */
export function checkSyncToken(body: ExactObject, current: number): void {
  const token = textOf(body, 'SyncToken', 40);
  if (token === undefined) throw missing('SyncToken');
  if (token !== String(current)) throw staleObject();
}

/** Whether an update keeps what it does not name. */
export const isSparse = (body: ExactObject): boolean => body['sparse'] === true || body['sparse'] === 'true';
