import { FARM_METRICS } from './farm-metrics.js';
import { type MetricOfCatalogue, STEP_SECONDS } from './metric.js';

const BUILDER = ['builder'] as const;
const GATEWAY = ['gateway'] as const;
const REGISTRY = ['registry'] as const;
const RECORDING = ['registry', 'scheduler'] as const;
const STORING = ['registry', 'builder', 'gateway', 'cache-manager'] as const;
const SERVING = ['registry', 'scheduler', 'builder', 'cache-manager'] as const;
const CACHING = ['cache-manager'] as const;
const ALL = ['registry', 'scheduler', 'builder', 'gateway', 'cache-manager'] as const;

const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];
const STORE_SECONDS = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Every metric of Gild's own. Names follow Prometheus: the unit of the trade, `_total` for what only grows. */
export const METRICS = {
  ...FARM_METRICS,
  gild_agent_builds_running: {
    kind: 'gauge',
    help: 'Builds that this agent works on.',
    labels: [],
    of: BUILDER,
  },
  gild_agent_builds_parked: {
    kind: 'gauge',
    help: 'Builds of this agent that wait for an object store that is full or away.',
    labels: [],
    of: BUILDER,
  },
  gild_agent_builds_total: {
    kind: 'counter',
    help: 'Builds that this agent ended: `outcome` is `artifact` or the class of the failure.',
    labels: ['outcome'],
    of: BUILDER,
  },
  gild_agent_step_seconds: {
    kind: 'histogram',
    help: 'Time that steps took on this agent.',
    labels: ['step', 'status', 'cache'],
    of: BUILDER,
    buckets: STEP_SECONDS,
  },
  gild_host_cache_images: {
    kind: 'gauge',
    help: 'Images in the cache of this host.',
    labels: [],
    of: CACHING,
  },
  gild_host_cache_bytes: {
    kind: 'gauge',
    help: 'Bytes of the images in the cache of this host; versions with the same bytes count once.',
    labels: [],
    of: CACHING,
  },
  gild_history_signed_events: {
    kind: 'gauge',
    help: 'Events that the newest checkpoint of this notary covers.',
    labels: [],
    of: REGISTRY,
  },
  gild_history_refused: {
    kind: 'gauge',
    help: '1 when the history is not the one that was signed, so that nothing more of it is; `gild audit verify` says what differs.',
    labels: [],
    of: REGISTRY,
  },
  gild_requests_sent_seconds: {
    kind: 'histogram',
    help: 'Requests this service sent over NATS, until their whole answer came: `outcome` is `ok` or the code of the refusal.',
    labels: ['subject', 'outcome'],
    of: ALL,
    buckets: REQUEST_SECONDS,
  },
  gild_requests_served_seconds: {
    kind: 'histogram',
    help: 'Requests this service answered over NATS: `outcome` is `ok` or the code of the refusal.',
    labels: ['subject', 'outcome'],
    of: SERVING,
    buckets: REQUEST_SECONDS,
  },
  gild_http_request_seconds: {
    kind: 'histogram',
    help: 'Requests over HTTP until their answer was sent; those of `/events` and `/logs` last as long as somebody follows.',
    labels: ['method', 'route', 'status'],
    of: GATEWAY,
    buckets: REQUEST_SECONDS,
  },
  gild_bus_disconnects_total: {
    kind: 'counter',
    help: 'How often the connection to NATS broke.',
    labels: [],
    of: ALL,
  },
  gild_bus_reconnects_total: {
    kind: 'counter',
    help: 'How often the connection to NATS was made again.',
    labels: [],
    of: ALL,
  },
  gild_event_append_seconds: {
    kind: 'histogram',
    help: 'Appends to the event store: `outcome` is `ok`, `conflict` (another writer was faster) or the code of the fault.',
    labels: ['outcome'],
    of: RECORDING,
    buckets: STORE_SECONDS,
  },
  gild_events_appended_total: {
    kind: 'counter',
    help: 'Events recorded by this service.',
    labels: [],
    of: RECORDING,
  },
  gild_object_store_bytes_total: {
    kind: 'counter',
    help: 'Bytes to (`written`) and from (`read`) the object store, and those that agents without keys may store (`granted`); what was there already is not written.',
    labels: ['direction'],
    of: STORING,
  },
  gild_object_store_failures_total: {
    kind: 'counter',
    help: 'Calls of the object store that failed, by operation (`sweep`: of unfinished uploads) and code of the fault.',
    labels: ['operation', 'code'],
    of: STORING,
  },
  gild_object_store_put_seconds: {
    kind: 'histogram',
    help: 'Time to store an object.',
    labels: ['outcome'],
    of: STORING,
    buckets: STEP_SECONDS,
  },
} as const satisfies Record<string, MetricOfCatalogue>;

export type MetricName = keyof typeof METRICS;
