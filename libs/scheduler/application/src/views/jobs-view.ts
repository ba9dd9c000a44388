import { DEFAULT_POLICY, ImageBuildPolicy, PolicyEvent, splitStream } from '@gild/contracts';
import { eventParser, type View } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { applyAgentEvent, applyMembershipEvent } from './apply-agent-event.js';
import { applyJobEvent } from './apply-job-event.js';
import { applyVersionEvent } from './apply-version-event.js';
import { emptyJobsState, type JobsState } from './jobs-state.js';

const parsePolicy = eventParser(PolicyEvent);

/** Streams the scheduler's view is made of. */
export const WATCHED_PREFIXES = ['job-', 'version-', 'agent-', 'policy-'] as const;

/** Builds, the agents that were announced, the policy, and how long steps take. */
export const jobsView: View<JobsState> = {
  name: 'jobs',
  filter: { streamPrefixes: WATCHED_PREFIXES },
  initial: emptyJobsState,
  apply: (state, event) => {
    const { category, id } = splitStream(event.stream);
    switch (category) {
      case 'job':
        return applyJobEvent(state, id, event);
      case 'version':
        return applyVersionEvent(state, event);
      case 'agent':
        applyMembershipEvent(state, id, event);
        return applyAgentEvent(state, id, event);
      case 'policy':
        return applyPolicyEvent(state, event);
    }
  },
  snapshot: ({ jobs, queued, underWay, agents, members, durations, layers, policy }) => ({
    jobs: Object.fromEntries(jobs),
    queued: [...queued].sort(),
    underWay: [...underWay].sort(),
    agents: Object.fromEntries(agents),
    members: Object.fromEntries(members),
    durations: Object.fromEntries(durations),
    layers: Object.fromEntries(layers),
    policy,
  }),
  keeping: {
    every: 4_000,
    most: 96,
    keep: (state) => {
      const kept = copyOf(state);
      return () => copyOf(kept);
    },
  },
};

/** The same in maps and sets of its own; what they hold never changes. */
const copyOf = ({
  jobs,
  queued,
  underWay,
  agents,
  members,
  durations,
  layers,
  policy,
}: JobsState): JobsState => ({
  ...{ jobs: new Map(jobs), queued: new Set(queued), underWay: new Set(underWay) },
  ...{ agents: new Map(agents), members: new Map(members) },
  ...{ durations: new Map(durations), layers: new Map(layers), policy },
});

/** A policy of another release: what is missing gets its default, and what makes no sense here changes nothing. */
const applyPolicyEvent = (state: JobsState, recorded: RecordedEvent): void => {
  const event = parsePolicy(recorded);
  if (event === undefined) return;
  state.policy = ImageBuildPolicy.safeParse({ ...DEFAULT_POLICY, ...event.data.policy }).data ?? state.policy;
};
