import { Counter, Gauge } from 'prom-client';

export const logins = new Counter({
  name: 'cashloop_gateway_logins_total',
  help: 'Sign-ins of users and API clients',
  labelNames: ['kind', 'result'],
});

export const rateLimited = new Counter({
  name: 'cashloop_gateway_rate_limited_total',
  help: 'Requests answered 429',
  labelNames: ['kind'],
});

export const rateLimitFallbacks = new Counter({
  name: 'cashloop_gateway_rate_limit_local_total',
  help: 'Requests counted in this process because Redis is not there',
});

export const upstreamErrors = new Counter({
  name: 'cashloop_gateway_upstream_errors_total',
  help: 'Requests that a service behind the gateway did not answer',
  labelNames: ['upstream', 'reason'],
});

export const holdStreams = new Gauge({
  name: 'cashloop_gateway_hold_streams_open',
  help: 'Open live streams of holds',
});
