import type { Edit } from './edits.ts';

/** Sizes and pauses made so small that a run of some dozen events meets their borders. Behaviour stays as it is. */
export const tunings: readonly Edit[] = [
  { file: 'messaging/src/relay/outbox-queue.ts', from: 'const ROWS_MAX = 4_000;', to: 'const ROWS_MAX = 3;' },
  // Two events have about so many bytes: some takes end there, others with their three rows, after which one reads ahead.
  { file: 'messaging/src/relay/outbox-queue.ts', from: 'BYTES_MAX = 16_777_216', to: 'BYTES_MAX = 565' },
  { file: 'messaging/src/relay/sends.ts', from: 'SEND_BYTES_MAX = 900_000', to: 'SEND_BYTES_MAX = 1_500' },
  { file: 'messaging/src/relay/refused-keys.ts', from: 'const AGAIN_MS = 30_000;', to: 'const AGAIN_MS = 2;' },
  {
    file: 'messaging/src/relay/refused-keys.ts',
    from: 'const AGAIN_MAX_MS = 600_000;',
    to: 'const AGAIN_MAX_MS = 400;',
  },
];
