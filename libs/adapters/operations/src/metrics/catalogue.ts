/** `counter`: only grows. `gauge`: as it is at the moment of the question. `histogram`: how often, by size. */
type Kind = 'counter' | 'gauge' | 'histogram';

/** One metric as it is served and documented. Labels have few values each: no ids, no names that people choose. */
export type MetricOfCatalogue = {
  kind: Kind;
  help: string;
  labels: readonly string[];
  /** Which processes serve it. */
  of: readonly ('scheduler' | 'registry' | 'builder' | 'gateway')[];
  /** Upper bounds of a histogram, in the metric's unit. */
  buckets?: readonly number[];
};

const SCHEDULER = ['scheduler'] as const;
const BUILDER = ['builder'] as const;
const GATEWAY = ['gateway'] as const;
const RECORDING = ['registry', 'scheduler'] as const;
const STORING = ['registry', 'builder', 'gateway'] as const;
const SERVING = ['registry', 'scheduler', 'builder'] as const;
const ALL = ['registry', 'scheduler', 'builder', 'gateway'] as const;

const REQUEST_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30];
const STEP_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800];
const WAIT_SECONDS = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];
const STORE_SECONDS = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** Every metric of Gild's own. Names follow Prometheus: the unit of the trade, `_total` for what only grows. */
export const METRICS = {
  gild_queue_builds: {
    kind: 'gauge',
    help: 'Builds that wait, by architecture and by the code of the reason (`NEW`: none was told yet).',
    labels: ['arch', 'reason'],
    of: SCHEDULER,
  },
  gild_queue_oldest_seconds: {
    kind: 'gauge',
    help: 'For how long the build that waits longest has waited since it was requested; 0 when none waits.',
    labels: ['arch'],
    of: SCHEDULER,
  },
  gild_builds_running: {
    kind: 'gauge',
    help: 'Builds that an agent works on.',
    labels: ['arch'],
    of: SCHEDULER,
  },
  gild_builds_wanted: {
    kind: 'gauge',
    help: 'Builds that want an agent: those that run, and those that wait for one. What waits for other builds (`POLICY_LIMIT`, `SAME_IMAGE`) is not in it: more agents would not help. What autoscaling follows; every scheduler tells the same, so take the maximum over replicas, not the sum.',
    labels: ['arch'],
    of: SCHEDULER,
  },
  gild_agents: {
    kind: 'gauge',
    help: 'Agents, by architecture of their host and state (`ready`, `busy`, `draining`, `silent`).',
    labels: ['arch', 'state'],
    of: SCHEDULER,
  },
  gild_agent_slots_free: {
    kind: 'gauge',
    help: 'Builds that could be granted at once to the agents heard of.',
    labels: ['arch'],
    of: SCHEDULER,
  },
  gild_build_wait_seconds: {
    kind: 'histogram',
    help: 'From the request of a build to the grant of its first attempt.',
    labels: ['arch'],
    of: SCHEDULER,
    buckets: WAIT_SECONDS,
  },
  gild_attempts_total: {
    kind: 'counter',
    help: 'Attempts that ended: `outcome` is `completed`, `failed`, `lost` or `cancelled`, `class` the class of the failure or `none`.',
    labels: ['arch', 'outcome', 'class'],
    of: SCHEDULER,
  },
  gild_builds_ended_total: {
    kind: 'counter',
    help: 'Builds that ended: `completed`, `failed` or `cancelled`.',
    labels: ['arch', 'outcome'],
    of: SCHEDULER,
  },
  gild_step_seconds: {
    kind: 'histogram',
    help: 'Time that steps took, as agents reported it; `step` is the kind of step (all taskservs are one).',
    labels: ['step', 'status'],
    of: SCHEDULER,
    buckets: STEP_SECONDS,
  },
  gild_layer_cache_total: {
    kind: 'counter',
    help: 'Steps that found their layer in the cache (`hit`) or had to make it (`miss`).',
    labels: ['step', 'result'],
    of: SCHEDULER,
  },
  gild_leases_lost_total: {
    kind: 'counter',
    help: 'Attempts given up because their agent was not heard of, or had dropped them.',
    labels: ['arch'],
    of: SCHEDULER,
  },
  gild_late_reports_refused_total: {
    kind: 'counter',
    help: 'Reports of attempts that did not count any more.',
    labels: [],
    of: SCHEDULER,
  },
  gild_view_catch_up_seconds: {
    kind: 'gauge',
    help: 'How long it took to bring the view up to the end of the log for this answer: the lag of what is served.',
    labels: ['view'],
    of: SCHEDULER,
  },
  gild_view_position: {
    kind: 'gauge',
    help: 'Position in the log up to which the view is folded; grows as long as anything is recorded.',
    labels: ['view'],
    of: SCHEDULER,
  },
  gild_agent_builds_running: {
    kind: 'gauge',
    help: 'Builds that this agent works on.',
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
    help: 'Bytes to (`written`) and from (`read`) the object store; what was there already is not written.',
    labels: ['direction'],
    of: STORING,
  },
  gild_object_store_failures_total: {
    kind: 'counter',
    help: 'Calls of the object store that failed, by operation and code of the fault.',
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
  gild_collection_failures_total: {
    kind: 'counter',
    help: 'Answers of `/metrics` that lack the gauges of the farm, because the event store did not answer in time.',
    labels: [],
    of: SCHEDULER,
  },
} as const satisfies Record<string, MetricOfCatalogue>;

export type MetricName = keyof typeof METRICS;
