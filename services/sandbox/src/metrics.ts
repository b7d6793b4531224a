import { Counter } from 'prom-client';

/** Requests to the company API by kind and outcome (ok, fault, throttled, error). */
export const apiRequests = new Counter({
  name: 'cashloop_sandbox_api_requests_total',
  help: 'Requests to the QuickBooks stand-in',
  labelNames: ['outcome'],
});

/** Webhook events by what became of them (delivered, lost, given_up). */
export const webhookEvents = new Counter({
  name: 'cashloop_sandbox_webhook_events_total',
  help: 'Webhook events of the QuickBooks stand-in',
  labelNames: ['outcome'],
});

/** Posts of webhook bodies that failed and are tried again. */
export const webhookRetries = new Counter({
  name: 'cashloop_sandbox_webhook_retries_total',
  help: 'Webhook posts of the QuickBooks stand-in that failed',
});

for (const outcome of ['ok', 'fault', 'throttled', 'error']) apiRequests.inc({ outcome }, 0);
for (const outcome of ['delivered', 'lost', 'given_up']) webhookEvents.inc({ outcome }, 0);
