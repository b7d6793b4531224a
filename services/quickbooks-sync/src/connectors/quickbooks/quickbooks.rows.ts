import { MoneyError } from '@cashloop/money';
import type { CustomerFacts, DocumentFacts, DocumentKey, DocumentKind } from '../../domain/facts.ts';
import { Misread, text, type QboObject } from './quickbooks.json.ts';
import { mapCustomer, mapDocument, type QboEntity } from './quickbooks.mapping.ts';

/** A row that could not be understood, to be kept as it came. */
export interface MisreadRow {
  entity: QboEntity;
  externalId: string;
  code: string;
  detail: string;
  raw: string;
}

/** Rows turned into facts; a row that does not make sense stops no other. */
export interface MappedRows {
  documents: DocumentFacts[];
  customers: CustomerFacts[];
  misread: MisreadRow[];
}

export const ENTITY_OF: Record<DocumentKind, Exclude<QboEntity, 'Customer'>> = {
  invoice: 'Invoice',
  payment: 'Payment',
  credit_note: 'CreditMemo',
};

export const KIND_OF: Record<Exclude<QboEntity, 'Customer'>, DocumentKind> = {
  Invoice: 'invoice',
  Payment: 'payment',
  CreditMemo: 'credit_note',
};

export const noRows = (): MappedRows => ({ documents: [], customers: [], misread: [] });

export function mapRows(
  entity: QboEntity,
  objects: readonly QboObject[],
  homeCurrency: string,
  into: MappedRows = noRows(),
): MappedRows {
  for (const object of objects) {
    try {
      if (entity === 'Customer') into.customers.push(mapCustomer(object, homeCurrency));
      else into.documents.push(mapDocument(entity, object, homeCurrency));
    } catch (error) {
      if (!(error instanceof Misread || error instanceof MoneyError)) throw error;
      const { code, message } = error;
      into.misread.push({ entity, externalId: text(object, 'Id'), code, detail: message, raw: JSON.stringify(object) });
    }
  }
  return into;
}

export const misreadKeys = (rows: readonly MisreadRow[]): Set<DocumentKey> =>
  new Set(
    rows.flatMap(({ entity, externalId }) =>
      entity === 'Customer' ? [] : [`${KIND_OF[entity]}:${externalId}` as DocumentKey],
    ),
  );
