import { type MetricOfCatalogue, STEP_SECONDS } from './metric.js';

const SCHEDULER = ['scheduler'] as const;
const WAIT_SECONDS = [0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];

/** What a scheduler tells of the farm: of its queue and agents, and of builds as they are recorded. */
export const FARM_METRICS = {
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
    help: 'Agents, by architecture of their host and state (`ready`, `busy`, `draining`, `quarantined`, `probation`, `silent`).',
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
  gild_collection_failures_total: {
    kind: 'counter',
    help: 'Answers of `/metrics` that lack the gauges of the farm, because the event store did not answer in time.',
    labels: [],
    of: SCHEDULER,
  },
} as const satisfies Record<string, MetricOfCatalogue>;
