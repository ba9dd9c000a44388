import { loadDecideAppend, eventParser, projection, type Projection } from '@gild/application-core';
import { AgentEvent, JobEvent, streams } from '@gild/contracts';
import type { Decision } from '@gild/kernel';
import type { NewEvent } from '@gild/ports';
import {
  agent,
  type AgentCommand,
  type AgentRejection,
  type JobCommand,
  type JobRejection,
} from '@gild/scheduler-domain';
import { Hearing } from './agents/hearing.js';
import { PresentAgents } from './agents/present-agents.js';
import { Bell } from './bell.js';
import { Leases } from './leases/leases.js';
import { FoundReasons } from './processes/found-reasons.js';
import { ReasonAges } from './processes/reason-ages.js';
import { saidSeldom } from './processes/said-seldom.js';
import { Undecidable } from './processes/undecidable.js';
import type { Settings } from './scheduler-deps.js';
import { ShownProgress } from './shown-progress.js';
import type { JobsState } from './views/jobs-state.js';
import { jobsView } from './views/jobs-view.js';

const parseJob = eventParser(JobEvent);
const parseAgent = eventParser(AgentEvent);

/** Who, and the request or event that led to it; absent: the event of the job or agent that did. */
type Cause = { actor: string; causationId?: string; causationStream?: string };

/** The scheduler's memory and its pen: what every use case works with. */
export type Farm = Settings & {
  /** Tells this scheduler from the others. */
  name: string;
  view: Projection<JobsState>;
  leases: Leases;
  present: PresentAgents;
  hearing: Hearing;
  shown: ShownProgress;
  reasons: ReasonAges;
  found: FoundReasons;
  /** Waiting jobs that could not be granted a moment ago, and keep no other from being granted. */
  undecidable: Undecidable;
  /** Rings by agent id when there may be news for the agent, and `LOOP` when there may be work for the processes. */
  bell: Bell;
  decideJob: (jobId: string, command: JobCommand, cause: Cause) => Promise<Decision<JobEvent, JobRejection>>;
  /** Without a cause: what the agent itself did. */
  decideAgent: (
    agentId: string,
    command: AgentCommand,
    cause?: Cause,
  ) => Promise<Decision<AgentEvent, AgentRejection>>;
};

/** Events of a build that others follow from; steps only follow from the grant of their attempt. */
const TURNS: ReadonlySet<string> = new Set<JobEvent['type']>([
  ...(['BuildRequested', 'AttemptGranted', 'ArtifactReported'] as const),
  ...(['AttemptFailed', 'AttemptLost', 'CancelRequested'] as const),
]);

const isTurn = ({ type }: NewEvent, to: JobEvent): boolean =>
  to.type === 'BuildCancelled' ? type === 'CancelRequested' : TURNS.has(type);

/** Name of the bell of the control loop; no agent id is empty. */
export const LOOP = '';

/** Who the scheduler is in the records. */
export const SCHEDULER = 'scheduler';

export const farmOf = (settings: Settings): Farm => {
  const { store, clock, ids, timing, decider } = settings;
  const contextOf = (correlationId: string, cause: Cause) => {
    // A fresh id per command: repeats are known by their meaning, which the decider judges at the revision it read.
    const commandId = ids.uuid();
    return { now: clock.now(), commandId, correlationId, causationId: commandId, ...cause };
  };
  return {
    ...settings,
    report: saidSeldom(settings.report, clock),
    name: ids.uuid(),
    view: projection(store, jobsView),
    leases: new Leases(clock, timing.leaseMs),
    present: new PresentAgents(clock),
    hearing: new Hearing(clock, timing.leaseMs / 2),
    shown: new ShownProgress(),
    reasons: new ReasonAges(clock),
    found: new FoundReasons(),
    undecidable: new Undecidable(clock),
    bell: new Bell(),
    decideJob: (jobId, command, cause) =>
      loadDecideAppend(settings, {
        decider,
        stream: streams.job(jobId),
        parse: parseJob,
        command,
        context: contextOf(jobId, cause),
        ...(cause.causationId === undefined && { leads: isTurn }),
      }),
    decideAgent: (agentId, command, cause = { actor: agentId }) =>
      loadDecideAppend(settings, {
        decider: agent,
        stream: streams.agent(agentId),
        parse: parseAgent,
        command,
        context: contextOf(agentId, cause),
      }),
  };
};
