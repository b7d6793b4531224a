import { emptied, sameContent, type Content } from './content.ts';
import { eventTypeOf, type DocumentEventType } from './event-type.ts';

/** What the last event of a document said. */
export interface Published {
  version: number;
  customerId: string;
  content: Content;
}

/** One new version of a document: exactly one event. */
export interface Version {
  version: number;
  type: DocumentEventType;
  customerId: string;
  content: Content;
  /** Set on the last version under an old customer. */
  movedToCustomerId: string;
}

/**
 * Versions that follow from what a document now says: none when nothing changed, one for a change, two when it moved to
 * another customer (empty under the old one, then whole under the new one).
 */
export function nextVersions(before: Published | null, customerId: string, content: Content): Version[] {
  if (before === null) {
    return [{ version: 1, type: eventTypeOf(null, content), customerId, content, movedToCustomerId: '' }];
  }
  const moved = before.customerId !== customerId;
  if (!moved && sameContent(before.content, content)) return [];
  const type = eventTypeOf(before.content, content);
  if (!moved) return [{ version: before.version + 1, type, customerId, content, movedToCustomerId: '' }];
  const left = emptied(before.content);
  return [
    {
      version: before.version + 1,
      type: eventTypeOf(before.content, left),
      customerId: before.customerId,
      content: left,
      movedToCustomerId: customerId,
    },
    { version: before.version + 2, type, customerId, content, movedToCustomerId: '' },
  ];
}
