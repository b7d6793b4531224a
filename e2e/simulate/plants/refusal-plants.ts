import type { Plant } from './plants.ts';

const relay = 'messaging/src/relay/relay.ts';
const refusedKeys = 'messaging/src/relay/refused-keys.ts';

const passRefused: Plant = {
  name: 'pass-refused',
  says: 'When an event is refused, all others of its send go out.',
  edits: [
    {
      file: refusedKeys,
      from: 'return this.#waiting.size === 0 ? rows : rows.filter((row) => !this.#waiting.has(nameOf(row)));',
      to: 'return rows;',
    },
  ],
};

const freedByTime: Plant = {
  name: 'freed-by-time',
  says: 'A refused key is free again once its event may be tried again.',
  edits: [
    {
      file: refusedKeys,
      from: '!this.#waiting.has(nameOf(row))',
      to: '!((this.#waiting.get(nameOf(row))?.dueMs ?? 0) > this.#nowMs())',
    },
  ],
};

const freedInHand: Plant = {
  name: 'freed-in-hand',
  says: 'Refused events are tried before each send, also while the next rows are in hand.',
  edits: [
    {
      file: relay,
      from: 'if (rows.length === 0) {\n        await this.#deleted;',
      to: 'await this.#tryRefused(client);\n      if (rows.length === 0) {\n        await this.#deleted;',
    },
  ],
};

const refusedInPart: Plant = {
  name: 'refused-in-part',
  says: 'Of a refused send, the other keys than the first count as sent: their partitions have them.',
  edits: [
    {
      file: relay,
      from: 'if (rows.length === 1) await this.#setBack(client, rows[0] as OutboxRow, error);',
      to: `const others = rows.filter(({ key }) => key !== rows[0]?.key);
      if (rows.length === 1) await this.#setBack(client, rows[0] as OutboxRow, error);
      else await this.#delete(client, others);`,
    },
  ],
};

const refusedFirst: Plant = {
  name: 'refused-first',
  says: 'Nothing else is taken before the broker took the refused events.',
  edits: [
    {
      file: relay,
      from: 'rows = await takeRows(client, [], this.#refused.rows);',
      to: 'rows = this.#refused.rows.length > 0 ? [] : await takeRows(client);',
    },
  ],
};

/** What somebody might do to the relay's way with events the broker refuses. */
export const refusalPlants: readonly Plant[] = [passRefused, freedByTime, freedInHand, refusedInPart, refusedFirst];
