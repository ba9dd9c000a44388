import type { Clock } from '@gild/ports';
import { highestAttempt, timeForAttempt } from '@gild/scheduler-domain';
import type { JobEntry } from '../views/jobs-state.js';

/** An agent's hold on an attempt. Times are of the monotonic clock. */
export type Lease = {
  readonly attempt: number;
  /** When the attempt was first seen here. */
  readonly sinceMs: number;
  /** Whether it was granted before this scheduler began: what its agent said until then is not known here. */
  inherited: boolean;
  endsMs: number;
  /**
   * When the build is over its time, as measured here since the attempt was first seen: the agent measures it from the
   * beginning and ends it, and wall clocks of several hosts say nothing about how long it took.
   */
  readonly overdueMs: number;
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
    if (known?.attempt === attempt) return known;
    const now = this.#clock.monotonicMs();
    const lease = {
      attempt,
      sinceMs: now,
      inherited: false,
      endsMs: now + this.#leaseMs,
      overdueMs: now + timeForAttempt(record),
      confirmed: false,
      missed: 0,
    };
    this.#leases.set(record.request.jobId, lease);
    return lease;
  }

  /** Those granted before this scheduler began; to be told once, before it grants anything. */
  inherit(entries: readonly JobEntry[]): void {
    for (const entry of entries) this.of(entry).inherited = true;
  }

  /** The agent works on it. */
  renew(entry: JobEntry): void {
    this.#renew(this.of(entry));
  }

  /** The same of an attempt by its name; one that nobody asked about here yet begins with a full period anyway. */
  renewKnown({ jobId, attempt }: Place): void {
    const known = this.#leases.get(jobId);
    if (known?.attempt === attempt) this.#renew(known);
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
    const { confirmed, inherited, sinceMs } = this.of(entry);
    const heardThroughout = !inherited && heardMs >= this.#clock.monotonicMs() - sinceMs;
    return heardThroughout && !confirmed && facts === 0;
  }

  /** How long the attempt has taken by now; undefined when this scheduler did not see all of it. */
  tookMs(place: Place): number | undefined {
    const seen = this.#seenWhole(place);
    return seen && Math.round(this.#clock.monotonicMs() - seen.sinceMs);
  }

  /** The same until its agent was last heard to work on it. */
  tookUntilHeardMs(place: Place): number | undefined {
    const seen = this.#seenWhole(place);
    return seen && Math.round(seen.endsMs - this.#leaseMs - seen.sinceMs);
  }

  #seenWhole({ jobId, attempt }: Place): Lease | undefined {
    const known = this.#leases.get(jobId);
    return known?.attempt === attempt && !known.inherited ? known : undefined;
  }

  hasEnded(lease: Lease): boolean {
    return this.#clock.monotonicMs() >= lease.endsMs;
  }

  /** Whether the build is over its time by more than `graceMs`. */
  isOverdue(lease: Lease, graceMs = 0): boolean {
    return this.#clock.monotonicMs() >= lease.overdueMs + graceMs;
  }

  /** How much of its time the build has left. */
  leftMs({ overdueMs }: Lease): number {
    return overdueMs - this.#clock.monotonicMs();
  }

  /** Forgets all but these jobs. */
  keep(jobIds: ReadonlySet<string>): void {
    for (const jobId of this.#leases.keys()) if (!jobIds.has(jobId)) this.#leases.delete(jobId);
  }
}
