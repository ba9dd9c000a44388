import { JobEvent, splitStream } from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { evolveRecord, isUnderWay, newJobRecord, remember, stepKey } from '@gild/scheduler-domain';
import { judgeAgent, roundOf } from './agent-record.js';
import type { JobEntry, JobsState } from './jobs-state.js';
import { rememberLayers } from './wanted-layers.js';

const parseJob = eventParser(JobEvent);

export const applyJobEvent = (state: JobsState, recorded: RecordedEvent): void => {
  const event = parseJob(recorded);
  if (event === undefined) return;
  const { time } = recorded.metadata;
  const known = state.jobs.get(splitStream(recorded.stream).id);
  if (known === undefined) {
    if (event.type === 'BuildRequested') put(state, { record: newJobRecord(event.data, time) });
    return;
  }
  if (event.type === 'StepFinished') measure(state, known.record, event.data);
  if (event.type === 'PlanResolved') rememberLayers(state, known.record.request, event.data.steps);
  judgeAgent(state, known, { event, time });
  const record = evolveRecord(known.record, event, { time, durations: state.durations });
  const entry = { ...known, record };
  put(state, event.type === 'AttemptGranted' ? inSession(entry, event.data.agentId, state) : entry);
};

/** Under the id in its own request: a copy cut out of a stream's name would keep that whole name in memory. */
const put = (state: JobsState, entry: JobEntry): void => {
  const { jobId } = entry.record.request;
  state.jobs.set(jobId, entry);
  const { status } = entry.record.state;
  move(state.queued, jobId, status === 'queued');
  move(state.underWay, jobId, isUnderWay(entry.record.state));
};

const move = (ids: Set<string>, jobId: string, inside: boolean): void => {
  if (inside) ids.add(jobId);
  else ids.delete(jobId);
};

const inSession = (entry: JobEntry, agentId: string, { agents }: JobsState): JobEntry => {
  const { sessionId: _, round: __, ...rest } = entry;
  const agent = agents.get(agentId)?.state;
  if (agent === undefined || agent.status === 'unknown') return rest;
  return { ...rest, sessionId: agent.announced.sessionId, round: roundOf(agent) };
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
