import type { MessagingHealth } from '@cashloop/messaging';
import type { HealthPart } from './health-parts.ts';

/** Topics there, partitions assigned, relay running. */
export const messagingPart = (health: MessagingHealth): HealthPart => ({
  name: 'messaging',
  check: () => {
    const { ready, problems, ...state } = health.state();
    return { status: ready ? 'up' : 'down', ...(problems.length > 0 && { message: problems.join('; ') }), ...state };
  },
});
