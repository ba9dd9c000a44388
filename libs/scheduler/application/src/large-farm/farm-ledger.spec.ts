import type { JobEvent } from '@gild/contracts';
import { epochMs } from '@gild/kernel';
import { archesOf, type PlacementPolicy, type QueuedBuild } from '@gild/scheduler-domain';
import type { Host } from './hosts.spec.js';

const HOUR_MS = 3_600_000;
const OVER: ReadonlySet<JobEvent['type']> = new Set(['AttemptFailed', 'AttemptLost']);
const END: ReadonlySet<JobEvent['type']> = new Set(['BuildCompleted', 'BuildFailed', 'BuildCancelled']);
/** An end needs no attempt of its own; a refused report leaves nothing behind but evidence. */
const OF_NO_ATTEMPT: ReadonlySet<JobEvent['type']> = new Set([
  ...['BuildRequested', 'BuildWaiting', 'CancelRequested', 'LateReportRefused', 'BuildFailed'],
  'BuildCancelled',
] as JobEvent['type'][]);

type Entry = {
  imageName: string;
  granted: number;
  /** The attempt that counts; `agentId` absent: it holds no slot any more. */
  current?: { attempt: number; agentId?: string } | undefined;
  end?: string;
};

/** Who has what, kept by nothing but the events and in another way than the scheduler does: what must hold, and where it did not. */
export class FarmLedger {
  readonly faults: string[] = [];
  readonly #policy: PlacementPolicy;
  readonly #jobs = new Map<string, Entry>();
  readonly #held = new Map<string, number>();
  readonly #ofImage = new Map<string, number>();
  readonly #times = new Map<string, number>();
  #underWay = 0;
  /** How often each type of event was recorded. */
  readonly counts = new Map<string, number>();

  constructor(policy: PlacementPolicy) {
    this.#policy = policy;
  }

  get ended(): number {
    return [...END].reduce((sum, type) => sum + (this.counts.get(type) ?? 0), 0);
  }

  holds({ agentId }: Host): number {
    return this.#held.get(agentId) ?? 0;
  }

  isBusy(imageName: string): boolean {
    return (this.#ofImage.get(imageName) ?? 0) > 0;
  }

  /** `by`: the agent whose report it follows from; absent: it was the scheduler's own decision. */
  take(jobId: string, event: JobEvent, by?: string): void {
    const { type, data } = event;
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
    if (type === 'BuildRequested') this.#jobs.set(jobId, { imageName: data.imageName, granted: 0 });
    const entry = this.#jobs.get(jobId);
    if (entry === undefined) return this.#fault(`${jobId} was never requested`);
    if (entry.end !== undefined && type !== 'LateReportRefused')
      this.#fault(`${jobId} went on after its end`);
    if (type === 'AttemptGranted') this.#grant(jobId, entry, data);
    else this.#follow(jobId, entry, { event, by });
  }

  #follow(jobId: string, entry: Entry, { event, by }: Said): void {
    const { type } = event;
    if (!OF_NO_ATTEMPT.has(type)) this.#compare(jobId, entry, { event, by });
    if (type === 'ArtifactReported') this.#freeSlot(entry);
    if (OVER.has(type) || type === 'BuildCompleted') this.#free(entry);
    if (END.has(type)) this.#end(jobId, entry, event);
  }

  #grant(jobId: string, entry: Entry, { attempt, agentId }: { attempt: number; agentId: string }): void {
    if (entry.current !== undefined)
      this.#fault(`${jobId} was granted to ${agentId} while attempt ${entry.current.attempt} counts`);
    if (attempt !== entry.granted + 1) this.#fault(`${jobId} has attempt ${attempt} after ${entry.granted}`);
    entry.granted = attempt;
    entry.current = { attempt, agentId };
    this.#underWay += 1;
    add(this.#held, agentId, 1);
    add(this.#ofImage, entry.imageName, 1);
    if (this.#underWay > this.#policy.maxParallelBuilds) this.#fault(`${this.#underWay} builds at once`);
  }

  /** Nothing of an attempt counts but what the agent says that has it now. */
  #compare(jobId: string, { current }: Entry, { event, by }: Said): void {
    if (!('attempt' in event.data)) return;
    const { attempt } = event.data;
    if (current?.attempt === attempt && isOf(current, by)) return;
    const teller = by ?? 'the scheduler';
    this.#fault(`${jobId} has ${event.type} of attempt ${attempt} by ${teller}, which is stale`);
  }

  #freeSlot({ current }: Entry): void {
    if (current?.agentId !== undefined) add(this.#held, current.agentId, -1);
    delete current?.agentId;
  }

  #free(entry: Entry): void {
    if (entry.current === undefined) return;
    this.#freeSlot(entry);
    entry.current = undefined;
    this.#underWay -= 1;
    add(this.#ofImage, entry.imageName, -1);
  }

  #end(jobId: string, entry: Entry, { type, data }: JobEvent): void {
    entry.end = type;
    if (entry.current !== undefined) this.#fault(`${jobId} has ended, and its attempt has not`);
    if (type === 'BuildFailed' && data.failure.message === '')
      this.#fault(`${jobId} failed without a reason`);
  }

  /** A grant that was just recorded, and the agent as it was known when it was decided. */
  judgeGrant({ jobId, arch, imageName, parallelBuilds }: QueuedBuild, host: Host, nowMs: number): void {
    const isBeside = (this.#ofImage.get(imageName) ?? 0) > 1;
    const wrongs: [boolean, string][] = [
      [!archesOf(host).includes(arch), `which does not build for ${arch}`],
      [host.freeDiskPercent < this.#policy.minDiskFreePercent, 'whose disk is full'],
      [isDraining(host), 'which drains'],
      [this.#isShut(host, nowMs), 'which is in quarantine'],
      [this.holds(host) > seatsOf(host), `which has ${seatsOf(host)} slots for ${this.holds(host)} builds`],
      [isBeside && !parallelBuilds, `beside another one of ${imageName}`],
    ];
    for (const [isSo, what] of wrongs)
      if (isSo) this.#fault(`${jobId} was granted to ${host.agentId}, ${what}`);
  }

  /** Nothing that may begin is left over while something less urgent begins, or while a slot for it is free. */
  judgeTurn(left: readonly QueuedBuild[], begun: readonly QueuedBuild[], farm: Standing): void {
    const lowest = new Map<string, number>();
    for (const build of begun) {
      const urgency = this.#urgencyOf(build, farm.nowMs);
      lowest.set(build.arch, Math.min(urgency, lowest.get(build.arch) ?? urgency));
    }
    const free = this.#archesWithSeats(farm);
    for (const build of left.filter((it) => this.#mayBegin(it, farm.nowMs))) {
      if (this.#urgencyOf(build, farm.nowMs) > (lowest.get(build.arch) ?? Infinity))
        this.#fault(`${build.jobId} was overtaken by something less urgent`);
      if (free.has(build.arch)) this.#fault(`${build.jobId} waits while a slot for it is free`);
    }
  }

  #mayBegin(build: QueuedBuild, nowMs: number): boolean {
    return !this.#isEarly(build, nowMs) && (build.parallelBuilds || !this.isBusy(build.imageName));
  }

  /** None when there may be no more builds. */
  #archesWithSeats({ hosts, nowMs }: Standing): Set<string> {
    if (this.#underWay >= this.#policy.maxParallelBuilds) return new Set();
    const open = hosts.filter(
      (host) =>
        !isDraining(host) &&
        !this.#isShut(host, nowMs) &&
        host.freeDiskPercent >= this.#policy.minDiskFreePercent &&
        this.holds(host) < seatsOf(host),
    );
    return new Set(open.flatMap(archesOf));
  }

  /** Builds that have not ended. */
  open(): string[] {
    return [...this.#jobs].filter(([, { end }]) => end === undefined).map(([jobId]) => jobId);
  }

  /** The same times are asked for at every look. */
  #ms(iso: string): number {
    const known = this.#times.get(iso);
    if (known !== undefined) return known;
    const ms = epochMs(iso);
    this.#times.set(iso, ms);
    return ms;
  }

  #urgencyOf({ priority, requestedAt }: QueuedBuild, nowMs: number): number {
    return priority + Math.floor((nowMs - this.#ms(requestedAt)) / HOUR_MS);
  }

  #isEarly({ setback }: QueuedBuild, nowMs: number): boolean {
    return setback !== undefined && nowMs < this.#ms(setback.retryAt);
  }

  #isShut(host: Host, nowMs: number): boolean {
    const until = quarantineOf(host)?.until;
    return until !== undefined && nowMs < this.#ms(until);
  }

  #fault(what: string): void {
    this.faults.push(what);
  }
}

type Said = { event: JobEvent; by: string | undefined };

/** The agents that were known to be there, and when. */
type Standing = { hosts: readonly Host[]; nowMs: number };

const add = (counts: Map<string, number>, key: string, by: number): void =>
  void counts.set(key, (counts.get(key) ?? 0) + by);

const quarantineOf = ({ state }: Host) => (state.status === 'unknown' ? undefined : state.quarantine);

const isOf = ({ agentId }: { agentId?: string }, by: string | undefined): boolean =>
  by === undefined || agentId === undefined || agentId === by;

const isDraining = ({ state }: Host): boolean => state.status === 'unknown' || state.drain !== undefined;

const seatsOf = (host: Host): number => (quarantineOf(host) === undefined ? host.slots : 1);
