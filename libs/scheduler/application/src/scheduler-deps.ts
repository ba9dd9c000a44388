import type { FarmFacts, UserCredentials } from '@gild/contracts';
import type { Clock, EventStore, Ids, Messenger, Sha256 } from '@gild/ports';
import type { job } from '@gild/scheduler-domain';

/** How long things may take, in milliseconds. */
export type SchedulerTiming = {
  /** An attempt whose agent was silent for longer is lost. */
  leaseMs: number;
  /** Only agents heard of within this time get new work. */
  seenWithinMs: number;
  /** How long an agent may take to end a build that is over its time, before the build fails without it. */
  timeoutGraceMs: number;
  /** How long the registry may take to check a definition and to store its inputs. */
  prepareTimeoutMs: number;
};

export const DEFAULT_TIMING: SchedulerTiming = {
  leaseMs: 30_000,
  seenWithinMs: 15_000,
  timeoutGraceMs: 30_000,
  prepareTimeoutMs: 60_000,
};

/** How agents are let into a farm. */
export type Admission = {
  /** 160 bits from the system's random source, as 40 hex digits. */
  newSecret: () => string;
  /** What an agent with that key may show NATS as its credentials. */
  credentialsOf: (agent: { agentId: string; publicKey: string }) => Promise<UserCredentials>;
  /** What agents are told of the farm. */
  farm: FarmFacts;
};

/** Whose work failed, where it is of one build or one agent. */
export type Blamed = { jobId?: string; agentId?: string };
export type Report = (error: unknown, of?: Blamed) => void;

/** What the scheduler needs from outside. */
export type SchedulerDeps = {
  store: EventStore;
  clock: Clock;
  ids: Ids;
  sha256: Sha256;
  /** Reaches the registry; carries hints. */
  messenger: Messenger;
  /** Told about every failure of background work that will be tried again. */
  report: Report;
  timing?: Partial<SchedulerTiming>;
  /** Absent: the farm has no key to sign with, and any agent may take part. */
  admission?: Admission | undefined;
  /** Whether agents on which builds fail in a row are left out for a while; yes unless told: a farm of one agent has no other. */
  quarantines?: boolean;
  /**
   * Whether outdated images whose definition asks for it are built again; no unless told: a farm that ends with one command builds what
   * that asks for.
   */
  rebuilds?: boolean;
};

/** The same with every setting made. */
export type Settings = Omit<SchedulerDeps, 'timing'> & {
  timing: SchedulerTiming;
  quarantines: boolean;
  decider: typeof job;
};
