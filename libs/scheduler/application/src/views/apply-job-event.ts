import { JobEvent } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import {
  evolveRecord,
  isUnderWay,
  type JobRecord,
  newJobRecord,
  remember,
  stepKey,
} from '@gild/scheduler-domain';
import { judgeAgent, roundOf } from './agent-record.js';
import type { JobEntry, JobsState } from './jobs-state.js';
import { rememberLayers } from './wanted-layers.js';

const parseJob = eventParser(JobEvent);

/** `jobId`: of whose stream the event is. */
export const applyJobEvent = (state: JobsState, jobId: string, recorded: RecordedEvent): void => {
  const event = parseJob(recorded);
  if (event === undefined) return;
  const { time } = recorded.metadata;
  const known = state.jobs.get(jobId);
  if (known === undefined) {
    if (event.type === 'BuildRequested') put(state, newEntry(newJobRecord(event.data, time)));
    return;
  }
  if (event.type === 'StepFinished') measure(state, known.record, event.data);
  if (event.type === 'PlanResolved') rememberLayers(state, known.record.request, event.data.steps);
  judgeAgent(state, known, { event, time });
  const record = evolveRecord(known.record, event, { time, durations: state.durations });
  const entry = { ...known, record };
  put(state, event.type === 'AttemptGranted' ? inSession(entry, event.data.agentId, state) : entry, known);
};

const newEntry = (record: JobRecord): JobEntry => ({
  record,
  sessionId: undefined,
  round: undefined,
  verdict: undefined,
});

/** Under the id in its own request: a copy cut out of a stream's name would keep that whole name in memory. */
const put = (state: JobsState, entry: JobEntry, before?: JobEntry): void => {
  const { request, state: standing } = entry.record;
  state.jobs.set(request.jobId, entry);
  if (standing.status === before?.record.state.status) return;
  move(state.queued, request.jobId, standing.status === 'queued');
  move(state.underWay, request.jobId, isUnderWay(standing));
};

const move = (ids: Set<string>, jobId: string, inside: boolean): void => {
  if (inside) ids.add(jobId);
  else ids.delete(jobId);
};

const inSession = (entry: JobEntry, agentId: string, { agents }: JobsState): JobEntry => {
  const agent = agents.get(agentId)?.state;
  return agent === undefined || agent.status === 'unknown'
    ? { ...entry, sessionId: undefined, round: undefined }
    : { ...entry, sessionId: agent.announced.sessionId, round: roundOf(agent) };
};

type Finished = Extract<JobEvent, { type: 'StepFinished' }>['data'];

const measure = (
  { durations }: JobsState,
  { emulated }: JobEntry['record'],
  { step, status, cache, durationMs }: Finished,
): void => {
  if (status !== 'done') return;
  const key = stepKey({ name: step, cached: cache === 'hit', emulated });
  durations.set(key, remember(durations.get(key), durationMs));
};
