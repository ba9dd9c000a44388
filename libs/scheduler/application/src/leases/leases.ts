import { LONGEST_PARKED_MS } from '@gild/contracts';
import type { Clock } from '@gild/ports';
import { highestAttempt, timeForAttempt } from '@gild/scheduler-domain';
import type { JobEntry } from '../views/jobs-state.js';

/** An agent's hold on an attempt. Times are of the monotonic clock. */
export type Lease = {
  readonly attempt: number;
  /** When the attempt was first seen here. */
  readonly sinceMs: number;
  /** Whether it may be older than its first sight here, after a start or a gap: what came before is not known here. */
  readonly inherited: boolean;
  endsMs: number;
  /**
   * How much the attempt may work before the build is over its time, as measured here since the attempt was first seen: the agent measures it from the
   * beginning and ends it, and wall clocks of several hosts say nothing about how long it took.
   */
  readonly allowedMs: number;
  /** How long the attempt was parked, as seen here, and since when it is now: that is no time of the build. */
  parkedMs: number;
  parkedSinceMs?: number | undefined;
  /** Whether the agent was heard to work on it. */
  confirmed: boolean;
  /** How often in a row the agent, asked for everything it works on, did not name it. */
  missed: number;
};

type Place = { jobId: string; attempt: number };

/**
 * The leases of all attempts under way, in memory only: whoever starts anew gives every attempt one full period before
 * it may be called lost.
 */
export class Leases {
  readonly #leases = new Map<string, Lease>();
  /** Attempts an agent was heard to work on before their grant was read here, and when. */
  readonly #early = new Map<string, { attempt: number; atMs: number }>();
  /** When all attempts under way were last looked at. */
  #lookedMs = -Infinity;
  readonly #clock: Clock;
  readonly #leaseMs: number;

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** The lease of the job's current attempt; begins now if it is the first time that anybody asks. */
  of({ record }: JobEntry): Lease {
    const attempt = highestAttempt(record.state);
    const known = this.#leases.get(record.request.jobId);
    if (known?.attempt === attempt) return this.#noteParking(known, record);
    const now = this.#clock.monotonicMs();
    const lease: Lease = {
      attempt,
      sinceMs: now,
      inherited: now - this.#lookedMs > this.#leaseMs / 2,
      endsMs: now + this.#leaseMs,
      allowedMs: timeForAttempt(record),
      parkedMs: 0,
      confirmed: this.#early.get(record.request.jobId)?.attempt === attempt,
      missed: 0,
    };
    this.#leases.set(record.request.jobId, lease);
    return this.#noteParking(lease, record);
  }

  #noteParking(lease: Lease, { parkedAt }: JobEntry['record']): Lease {
    const now = this.#clock.monotonicMs();
    if (parkedAt !== undefined) lease.parkedSinceMs ??= now;
    else {
      lease.parkedMs += now - (lease.parkedSinceMs ?? now);
      lease.parkedSinceMs = undefined;
    }
    return lease;
  }

  /** How much of the time since its first sight the attempt was not parked, until then. */
  #workedMs({ sinceMs, parkedMs, parkedSinceMs }: Lease, untilMs: number): number {
    const parked = parkedMs + Math.max(0, untilMs - (parkedSinceMs ?? untilMs));
    return Math.max(0, untilMs - sinceMs - Math.min(parked, LONGEST_PARKED_MS));
  }

  /** The agent works on it. */
  renew(entry: JobEntry): void {
    this.#renew(this.of(entry));
  }

  /** The same of an attempt by its name, which others may know before its grant is read here. */
  renewNamed({ jobId, attempt }: Place): void {
    const known = this.#current({ jobId, attempt });
    if (known !== undefined) this.#renew(known);
    else this.#early.set(jobId, { attempt, atMs: this.#clock.monotonicMs() });
  }

  #renew(lease: Lease): void {
    lease.endsMs = this.#clock.monotonicMs() + this.#leaseMs;
    lease.confirmed = true;
    lease.missed = 0;
  }

  /**
   * Whether the agent certainly never began: this scheduler saw the attempt from its grant on, has heard what agents say
   * all the while (for `heardMs` by now), and nothing shows that the agent worked on it.
   */
  isUnheard(entry: JobEntry, heardMs: number): boolean {
    const { state } = entry.record;
    const facts = state.status === 'absent' ? 0 : (state.attempts.at(-1)?.facts ?? 0);
    const lease = this.of(entry);
    return this.#heardWhole(lease, heardMs) && !lease.confirmed && facts === 0;
  }

  /** How long the attempt has worked by now; undefined when this scheduler did not see all of it. */
  tookMs(place: Place): number | undefined {
    const known = this.#current(place);
    return known?.inherited === false
      ? Math.round(this.#workedMs(known, this.#clock.monotonicMs()))
      : undefined;
  }

  /** The same until its agent was last heard to work on it; it counts only for who heard agents all the while. */
  tookUntilHeardMs(place: Place, heardMs: number): number | undefined {
    const known = this.#current(place);
    return known !== undefined && this.#heardWhole(known, heardMs)
      ? Math.round(this.#workedMs(known, known.endsMs - this.#leaseMs))
      : undefined;
  }

  #heardWhole({ inherited, sinceMs }: Lease, heardMs: number): boolean {
    return !inherited && heardMs >= this.#clock.monotonicMs() - sinceMs;
  }

  #current({ jobId, attempt }: Place): Lease | undefined {
    const known = this.#leases.get(jobId);
    return known?.attempt === attempt ? known : undefined;
  }

  hasEnded(lease: Lease): boolean {
    return this.#clock.monotonicMs() >= lease.endsMs;
  }

  /** Whether the build is over its time by more than `graceMs`. */
  isOverdue(lease: Lease, graceMs = 0): boolean {
    return this.leftMs(lease) <= -graceMs;
  }

  /** How much of its time the build has left. */
  leftMs(lease: Lease): number {
    return lease.allowedMs - this.#workedMs(lease, this.#clock.monotonicMs());
  }

  /** Forgets all but these jobs. */
  keep(jobIds: ReadonlySet<string>): void {
    for (const jobId of this.#leases.keys()) if (!jobIds.has(jobId)) this.#leases.delete(jobId);
    const now = this.#clock.monotonicMs();
    for (const [jobId, { atMs }] of this.#early) {
      if (now - atMs >= this.#leaseMs) this.#early.delete(jobId);
    }
  }

  /** Every attempt under way has been asked about: one that is first seen from now on is new. */
  looked(): void {
    this.#lookedMs = this.#clock.monotonicMs();
  }
}
