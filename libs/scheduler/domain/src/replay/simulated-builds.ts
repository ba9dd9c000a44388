import type { Artifact, Failure } from '@gild/contracts';
import { isoTime } from '@gild/kernel';
import type { JobCommand } from '../job/job-commands.js';
import { hasEnded, isUnderWay } from '../job/job-state.js';
import { job } from '../job/job.js';
import { evolveCourse, newCourse, type BuildCourse } from './course.js';

/** Builds of a replay, each decided about by the decider that really decides about builds. */
export class SimulatedBuilds {
  readonly courses = new Map<string, BuildCourse>();
  readonly #queued = new Set<string>();
  readonly #underWay = new Set<string>();

  /** One that was open when the replay began. */
  put(course: BuildCourse): void {
    const { request, state } = course.record;
    this.courses.set(request.jobId, course);
    move(this.#queued, request.jobId, state.status === 'queued');
    move(this.#underWay, request.jobId, isUnderWay(state));
  }

  request(request: BuildCourse['record']['request'], nowMs: number): void {
    this.put(newCourse(request, nowMs));
  }

  /** Lets what follows from a command happen; answers the build then. */
  decide(jobId: string, command: JobCommand, nowMs: number): BuildCourse | undefined {
    const course = this.courses.get(jobId);
    if (course === undefined) return undefined;
    const decision = job.decide(command, course.record.state);
    if (!decision.ok) return undefined;
    const after = decision.events.reduce((it, event) => evolveCourse(it, event, nowMs), course);
    this.put(after);
    return after;
  }

  reportArtifact(jobId: string, artifact: Artifact, nowMs: number): BuildCourse | undefined {
    const { state } = this.courses.get(jobId)?.record ?? {};
    if (state === undefined || state.status === 'absent') return undefined;
    const { agentId = '', facts = 0 } = state.attempts.at(-1) ?? {};
    const fact = { type: 'ArtifactReported', data: { attempt: state.attempts.length, artifact } } as const;
    const data = { agentId, seq: facts + 1, fact, now: isoTime(nowMs) };
    return this.decide(jobId, { type: 'RecordFact', data }, nowMs);
  }

  /** The current attempt ends without an artifact. */
  failAttempt(jobId: string, failure: Failure, nowMs: number): BuildCourse | undefined {
    const { record } = this.courses.get(jobId) ?? {};
    if (record === undefined || record.state.status === 'absent') return undefined;
    const attempt = record.state.attempts.length;
    return this.decide(jobId, { type: 'EndAttempt', data: { attempt, failure, now: isoTime(nowMs) } }, nowMs);
  }

  /** What becomes of it was not seen any more: it stands in nobody's way. */
  leave(jobId: string): void {
    this.#queued.delete(jobId);
    this.#underWay.delete(jobId);
  }

  get queued(): BuildCourse[] {
    return this.#of(this.#queued);
  }

  get underWay(): BuildCourse[] {
    return this.#of(this.#underWay);
  }

  get waiting(): number {
    return this.#queued.size;
  }

  #of(ids: ReadonlySet<string>): BuildCourse[] {
    return [...ids].flatMap((id) => this.courses.get(id) ?? []);
  }
}

/** Whether no artifact will come of it. */
export const isStopped = ({ record: { state } }: BuildCourse): boolean =>
  'cancelledBy' in state ? state.cancelledBy !== undefined : hasEnded(state) && state.status !== 'completed';

const move = (ids: Set<string>, jobId: string, inside: boolean): void => {
  if (inside) ids.add(jobId);
  else ids.delete(jobId);
};
