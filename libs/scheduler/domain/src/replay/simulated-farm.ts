import type { Failure, PolicyChanges } from '@gild/contracts';
import { isoTime } from '@gild/kernel';
import type { AgentCapacity } from '../placement/agent-pools.js';
import type { Grant } from '../placement/decide-grants.js';
import { fateOf } from './attempt-fate.js';
import { buildTimeUnder } from './build-time-limit.js';
import { retryMs, type AttemptEnd, type BuildCourse, type Verdict } from './course.js';
import { EventList } from './event-list.js';
import { capacities, grantsNow } from './grants-now.js';
import {
  farmAfter,
  quarantinedUntilMs,
  type FarmChange,
  type FarmCondition,
  type History,
} from './history.js';
import { partnersOf, settlementOf } from './settlement.js';
import { isStopped, SimulatedBuilds } from './simulated-builds.js';
import { CANCELLED, INCOMPLETE } from './simulated-failures.js';

const SCHEDULER = 'scheduler';
const LEASE_MS = 30_000;

/**
 * A history once more, in simulated time, with other limits: what people and agents did happens when it happened, attempts take as long
 * as they took and end as they ended, and what the scheduler decides is decided anew. Everything follows from the history.
 */
export class SimulatedFarm {
  /** Builds whose definition the changed policy does not allow. */
  readonly refused = new Set<string>();
  readonly #builds = new SimulatedBuilds();
  readonly #events: EventList;
  readonly #history: History;
  readonly #changes: PolicyChanges;
  #farm: FarmCondition;
  #agents: readonly AgentCapacity[];

  constructor(history: History, changes: PolicyChanges = {}) {
    this.#history = history;
    this.#changes = changes;
    this.#events = new EventList(history.fromMs);
    this.#farm = history.opening.farm;
    this.#agents = capacities(this.#farm);
    for (const course of history.opening.builds.values()) this.#builds.put(course);
    this.#plan();
  }

  get courses(): ReadonlyMap<string, BuildCourse> {
    return this.#builds.courses;
  }

  /** Lets everything happen that happens at the next moment; false: nothing is left to happen. */
  step(): boolean {
    if (!this.#events.step()) return false;
    while (this.#events.nextMs === this.#events.nowMs) this.#events.step();
    this.#look();
    return true;
  }

  get #nowMs(): number {
    return this.#events.nowMs;
  }

  #at(atMs: number, act: () => void): void {
    this.#events.in(Math.max(0, atMs - this.#nowMs), act);
  }

  #plan(): void {
    const { opening, builds, changes } = this.#history;
    for (const change of changes) this.#at(change.atMs, () => this.#change(change));
    for (const [jobId, course] of builds)
      if (!opening.builds.has(jobId)) this.#at(course.requestedMs, () => this.#request(course));
    for (const [jobId, { cancelledMs, record }] of builds)
      if (cancelledMs !== undefined && record.cancel?.by !== SCHEDULER)
        this.#at(cancelledMs, () => this.#cancel(jobId, record.cancel?.by ?? SCHEDULER));
    this.#at(this.#history.fromMs, () => {
      for (const course of opening.builds.values()) this.#goOn(course);
    });
  }

  #change(change: FarmChange): void {
    this.#farm = farmAfter(this.#farm, change);
    this.#agents = capacities(this.#farm);
    const untilMs = quarantinedUntilMs(change);
    if (untilMs !== undefined) this.#at(untilMs, () => undefined);
  }

  #request({ record: { request } }: BuildCourse): void {
    const { policy: then } = this.#farm;
    const now = { ...then, ...this.#changes };
    const isSame = now.max_build_time_minutes === then.max_build_time_minutes;
    const timeoutMs = isSame ? request.timeoutMs : buildTimeUnder(request.definition, { then, now });
    if (timeoutMs === undefined) this.refused.add(request.jobId);
    else this.#builds.request({ ...request, timeoutMs }, this.#nowMs);
    this.#goOn(this.#builds.courses.get(request.jobId));
  }

  /** Plans what happens to a build next. */
  #goOn(course: BuildCourse | undefined): void {
    if (course === undefined) return;
    const { request, state } = course.record;
    if (isStopped(course)) this.#stopPartners(course);
    if (state.status === 'queued') this.#await(course);
    else if (state.status === 'running') this.#work(course);
    else if (state.status === 'cancelling') this.#release(request.jobId);
    else if (state.status === 'reported') this.#awaitVerdicts(course);
  }

  #real(course: BuildCourse): BuildCourse {
    return this.#history.builds.get(course.record.request.jobId) ?? course;
  }

  #await({ record }: BuildCourse): void {
    const dueMs = retryMs(record);
    if (dueMs !== undefined && dueMs > this.#nowMs) this.#at(dueMs, () => undefined);
  }

  #work(course: BuildCourse): void {
    const { jobId } = course.record.request;
    const [attempt, beganMs] = [course.attempts.length, course.attempts.at(-1)?.fromMs ?? this.#nowMs];
    const fate = fateOf(course.record, this.#real(course), this.#history.toMs);
    if (fate.kind === 'cancelled') return;
    this.#at(beganMs + fate.afterMs, () => {
      if (!this.#isAt(jobId, attempt)) return;
      if (fate.kind === 'ends') this.#end(jobId, attempt, fate.end);
      else this.#builds.leave(jobId);
    });
  }

  #isAt(jobId: string, attempt: number): boolean {
    const course = this.#builds.courses.get(jobId);
    return course?.attempts.length === attempt && course.record.state.status === 'running';
  }

  #end(jobId: string, attempt: number, end: AttemptEnd): void {
    const now = isoTime(this.#nowMs);
    if (end.kind === 'failed') return this.#goOn(this.#builds.failAttempt(jobId, end.failure, this.#nowMs));
    if (end.kind === 'lost')
      return this.#decide(jobId, {
        type: 'LoseAttempt',
        data: { attempt, ...end.loss, now },
      });
    this.#goOn(this.#builds.reportArtifact(jobId, end.artifact, this.#nowMs));
  }

  #decide(jobId: string, command: Parameters<SimulatedBuilds['decide']>[1]): void {
    this.#goOn(this.#builds.decide(jobId, command, this.#nowMs));
  }

  #cancel(jobId: string, by: string): void {
    this.#decide(jobId, { type: 'RequestCancel', data: { by } });
  }

  /** An agent takes its time to end what was cancelled. */
  #release(jobId: string): void {
    const { cancelledMs = 0, attempts = [] } = this.#history.builds.get(jobId) ?? {};
    const tookMs = Math.max(0, (attempts.at(-1)?.toMs ?? 0) - cancelledMs);
    const sinceMs = this.#builds.courses.get(jobId)?.cancelledMs ?? this.#nowMs;
    this.#at(sinceMs + tookMs, () => this.#goOn(this.#builds.failAttempt(jobId, CANCELLED, this.#nowMs)));
  }

  #awaitVerdicts(course: BuildCourse): void {
    const compared = { simulated: this.#builds.courses, real: this.#history.builds };
    for (const partner of partnersOf(course).flatMap((id) => compared.simulated.get(id) ?? [])) {
      if (partner.record.state.status !== 'reported') continue;
      const settlement = settlementOf(partner, compared);
      const { jobId } = partner.record.request;
      if (settlement.kind === 'unknown') this.#builds.leave(jobId);
      if (settlement.kind !== 'settled') continue;
      const { verdict } = settlement;
      this.#at(verdict.atMs, () => this.#settle(jobId, partner.attempts.length, verdict));
    }
  }

  #settle(jobId: string, attempt: number, verdict: Verdict): void {
    if (this.#builds.courses.get(jobId)?.record.state.status !== 'reported') return;
    if (verdict.kind === 'published')
      return this.#decide(jobId, { type: 'CompleteBuild', data: { attempt, version: verdict.version } });
    this.#refuse(jobId, attempt, verdict.failure);
  }

  #refuse(jobId: string, attempt: number, failure: Failure): void {
    const data = { attempt, failure, now: isoTime(this.#nowMs), tookMs: undefined };
    this.#decide(jobId, { type: 'RefuseArtifact', data });
  }

  /** There is no version without all of its images. */
  #stopPartners(course: BuildCourse): void {
    for (const jobId of partnersOf(course)) {
      const partner = this.#builds.courses.get(jobId);
      if (partner === undefined || isStopped(partner)) continue;
      if (partner.record.state.status === 'reported')
        this.#refuse(jobId, partner.attempts.length, INCOMPLETE);
      else this.#cancel(jobId, SCHEDULER);
    }
  }

  #look(): void {
    const { policy } = this.#farm;
    const maxParallelBuilds = this.#changes.max_parallel_builds ?? policy.max_parallel_builds;
    const limits = { maxParallelBuilds, minDiskFreePercent: policy.min_disk_free_percent };
    const asked = { builds: this.#builds, agents: this.#agents, limits, now: isoTime(this.#nowMs) };
    for (const grant of grantsNow(asked)) this.#grant(grant);
  }

  #grant({ jobId, ...grant }: Grant): void {
    const data = { ...grant, leaseMs: LEASE_MS, now: isoTime(this.#nowMs) };
    this.#decide(jobId, { type: 'GrantAttempt', data });
  }
}
