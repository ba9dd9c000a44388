import type { Artifact, Failure, JobEvent } from '@gild/contracts';
import { epochMs, isoTime } from '@gild/kernel';
import { hasEnded } from '../job/job-state.js';
import { evolveRecord, newJobRecord, type JobRecord } from '../record/job-record.js';
import { parkedUntil } from '../record/parked-time.js';
import type { StepDurations } from '../record/step-weights.js';
import { slowdown } from '../record/time-for-attempt.js';

/** How an attempt left its agent. */
export type AttemptEnd =
  | { kind: 'reported'; artifact: Artifact }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'lost'; loss: Loss };

type Loss = { message: string } & Partial<Record<'unheard' | 'notBegun', boolean | undefined>> & {
    tookMs?: number | undefined;
  };

/** What the registry made of what an attempt reported. */
export type Verdict = { atMs: number } & (
  { kind: 'published'; version: string } | { kind: 'refused'; failure: Failure }
);

/** An attempt: for how long it had its agent, and how much of the time of its build it used; what is absent had not come yet. */
export type AttemptCourse = {
  agentId: string;
  fromMs: number;
  toMs?: number;
  workMs?: number;
  end?: AttemptEnd;
  verdict?: Verdict;
};

/** A build from request to end, as far as it matters to when others run. Times are milliseconds since 1970. */
export type BuildCourse = {
  record: JobRecord;
  requestedMs: number;
  attempts: readonly AttemptCourse[];
  cancelledMs?: number;
  endedMs?: number;
};

type Request = JobRecord['request'];

/** What of a definition decides where and when it is built: thousands of them are held at once. */
const DECISIVE = ['base_os', 'os_version', 'parallel_builds', 'steps', 'build_timeout_minutes'] as const;

export const newCourse = (request: Request, atMs: number): BuildCourse => {
  const { definition } = request;
  const members = DECISIVE.filter((name) => name in definition).map((name) => [name, definition[name]]);
  const slim = { ...request, definition: Object.fromEntries(members) as Request['definition'] };
  return { record: newJobRecord(slim, isoTime(atMs)), requestedMs: atMs, attempts: [] };
};

const NOTHING_MEASURED: StepDurations = new Map();

export const evolveCourse = (course: BuildCourse, event: JobEvent, atMs: number): BuildCourse => {
  const record = evolveRecord(course.record, event, { time: isoTime(atMs), durations: NOTHING_MEASURED });
  const next = { ...course, record, attempts: attemptsWith(course, { event, record, atMs }) };
  if (event.type === 'CancelRequested') next.cancelledMs ??= atMs;
  return hasEnded(record.state) && next.endedMs === undefined ? { ...next, endedMs: atMs } : next;
};

type Happened = { event: JobEvent; record: JobRecord; atMs: number };

const attemptsWith = (course: BuildCourse, happened: Happened): readonly AttemptCourse[] => {
  const { event, atMs } = happened;
  if (event.type === 'AttemptGranted')
    return [...course.attempts, { agentId: event.data.agentId, fromMs: atMs }];
  const last = course.attempts.at(-1);
  const after = last && attemptAfter(last, course, happened);
  return after === undefined ? course.attempts : [...course.attempts.slice(0, -1), after];
};

const attemptAfter = (
  last: AttemptCourse,
  { record: before }: BuildCourse,
  { event: { type, data }, record, atMs }: Happened,
): AttemptCourse | undefined => {
  if (type === 'ArtifactReported') {
    const workMs = (atMs - last.fromMs - parkedUntil(before, isoTime(atMs))) / slowdown(before);
    const end = { kind: 'reported', artifact: data.artifact } as const;
    return { ...last, toMs: atMs, workMs: Math.max(0, workMs), end };
  }
  if (type === 'BuildCompleted')
    return { ...last, verdict: { atMs, kind: 'published', version: data.version } };
  if (type === 'AttemptFailed' && last.end !== undefined)
    return { ...last, verdict: { atMs, kind: 'refused', failure: data.failure } };
  const over = { ...last, toMs: atMs, workMs: record.spentMs - before.spentMs };
  if (type === 'AttemptFailed') return { ...over, end: { kind: 'failed', failure: data.failure } };
  if (type !== 'AttemptLost') return undefined;
  const { message, unheard, notBegun, tookMs } = data;
  return { ...over, end: { kind: 'lost', loss: { message, unheard, notBegun, tookMs } } };
};

/** When it would be looked at again by itself, in milliseconds since 1970; undefined: it waits for no time. */
export const retryMs = ({ setbacks }: JobRecord): number | undefined => {
  const at = setbacks.at(-1)?.retryAt;
  return at === undefined ? undefined : epochMs(at);
};
