import { JobEvent, publishedArtifacts, splitStream, VersionEvent } from '@gild/contracts';
import type { EventStore, NewEvent } from '@gild/ports';
import { currentCall } from '../call/call-context.js';
import { type TraceContext, traceParent } from '../call/trace-context.js';
import { traceOfJob } from '../call/trace-of-job.js';
import type { OpenSpan, SpanOf, Tracing } from './tracing.js';

/** Something that was recorded about a build, for the log. */
export type RecordedOfBuild = {
  jobId: string;
  traceId: string | undefined;
  event: string;
  attempt?: number;
  agentId?: string;
};

export type Showing = { tracing: Tracing; tell: (recorded: RecordedOfBuild) => void };

/**
 * Every event says from which request it came (`metadata.traceparent`). What is recorded about builds is shown in their
 * traces and told to the log, by the one who recorded it.
 */
export const shownBuilds = (store: EventStore, { tracing, tell }: Showing): EventStore => ({
  append: async (stream, expected, events) => {
    const call = currentCall();
    const told = call === undefined ? events : events.map((event) => ofCall(event, call.trace));
    const shown = events.flatMap((event) => shownAs(stream, event));
    const spans = shown.map(({ span }) => tracing.begin(span));
    try {
      const result = await store.append(stream, expected, told);
      endAll(spans, result.ok ? undefined : 'another writer was faster');
      if (result.ok) for (const { recorded } of shown) tell(recorded);
      return result;
    } catch (error) {
      endAll(spans, error);
      throw error;
    }
  },
  readStream: (stream, range) => store.readStream(stream, range),
  readAll: (range) => store.readAll(range),
  subscribeAll: (range, signal) => store.subscribeAll(range, signal),
  head: () => store.head(),
  positionAt: (time) => store.positionAt(time),
  comparePositions: (a, b) => store.comparePositions(a, b),
  close: () => store.close(),
});

const ofCall = (event: NewEvent, trace: TraceContext): NewEvent => ({
  ...event,
  metadata: { ...event.metadata, traceparent: traceParent(trace) },
});

const endAll = (spans: readonly OpenSpan[], error: unknown): void => {
  for (const span of spans) span.end(error === undefined ? {} : { error });
};

type Shown = { span: SpanOf; recorded: RecordedOfBuild };

const shownAs = (stream: string, { type, data }: NewEvent): Shown[] => {
  const { category, id } = splitStream(stream);
  if (category === 'job') {
    const event = JobEvent.safeParse({ type, data }).data;
    return event === undefined ? [] : ofJob(id, event);
  }
  const event = category === 'version' ? VersionEvent.safeParse({ type, data }).data : undefined;
  if (event?.type !== 'VersionPublished') return [];
  return publishedArtifacts(event.data).map(({ jobId, attempt }) =>
    shownOf('publish', jobId, { event: type, attempt }),
  );
};

const NAMES: Partial<Record<JobEvent['type'], string>> = {
  BuildRequested: 'build',
  AttemptGranted: 'grant',
  AttemptFailed: 'attempt failed',
  AttemptLost: 'attempt lost',
  LateReportRefused: 'late report refused',
  CancelRequested: 'cancel',
  BuildCancelled: 'build cancelled',
  BuildCompleted: 'build completed',
  BuildFailed: 'build failed',
};

/** What the agent reports of its steps is shown by the agent itself. */
const ofJob = (jobId: string, event: JobEvent): Shown[] => {
  const name = NAMES[event.type];
  if (name === undefined) return [];
  const { attempt, agentId } = event.data as { attempt?: number; agentId?: string };
  const facts = {
    event: event.type,
    ...(attempt !== undefined && { attempt }),
    ...(agentId !== undefined && { agentId }),
  };
  const shown = shownOf(name, jobId, facts);
  if (event.type !== 'BuildRequested') return [shown];
  // The root of the build's trace: whoever works on the build knows where it is, and who asked for it is linked.
  const { parent, ...span } = shown.span;
  const call = currentCall();
  return [{ ...shown, span: { ...span, at: parent, links: call === undefined ? [] : [call.trace] } }];
};

const shownOf = (
  name: string,
  jobId: string,
  facts: { event: string; attempt?: number; agentId?: string },
): Shown => {
  const parent = traceOfJob(jobId);
  return {
    span: {
      ...{ name, kind: 'internal', parent },
      attributes: {
        'gild.job_id': jobId,
        ...(facts.attempt !== undefined && { 'gild.attempt': facts.attempt }),
        ...(facts.agentId !== undefined && { 'gild.agent_id': facts.agentId }),
      },
    },
    recorded: { jobId, traceId: parent?.traceId, ...facts },
  };
};
