import type { Plant } from './plants.ts';

const newestOnly: Plant = {
  name: 'newest-only',
  says: 'Of several versions of a document that are taken at once, the older ones are deleted: readers keep the newest.',
  edits: [
    {
      file: 'messaging/src/relay/relay.ts',
      from: 'for (const part of sendsOf(rows)) await this.#sendPart(client, part);',
      to: `const newest = new Map(rows.map((row) => [row.headers.ce_subject, row]));
    const needed = (row: OutboxRow) =>
      newest.get(row.headers.ce_subject) === row || (row.headers.ce_subject ?? '').startsWith('breach/');
    await deleteRows(client, rows.filter((row) => !needed(row)));
    for (const part of sendsOf(rows.filter(needed))) await this.#sendPart(client, part);`,
    },
  ],
};

const claimedBefore: Plant = {
  name: 'claimed-before',
  says: 'The key of a command is claimed in a transaction of its own, so that a second request need not wait for the first.',
  edits: [
    {
      file: 'messaging/src/commands/remembered-commands.ts',
      from: 'const before = await claim(ctx.tx, source, key, hash);',
      to: `const before = await this.#tools.runner.run([command.orgId], (tx) => claim(tx, source, key, hash));`,
    },
  ],
};

/** What loses a change, though somebody has a reply that it was made. */
export const lostChangePlants: readonly Plant[] = [newestOnly, claimedBefore];
