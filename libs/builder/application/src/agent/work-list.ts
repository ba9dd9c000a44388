import type { SyncReply, SyncRequest } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { isSettled, keyOf, startWork, stopWork, type Execute, type Work } from './attempts.js';

export type WorkList = {
  /** What the agent runs, with the facts not yet acknowledged. */
  state: () => SyncRequest['running'];
  /** Brings what runs in line with what is wanted. */
  apply: (reply: SyncReply) => void;
  /** Ends everything, each with the fact that says so: the lease is gone, or the agent leaves. */
  stopAll: (reason: Fault) => void;
  hasReports: () => boolean;
  /** Whether anything runs, or has facts that were not acknowledged. */
  hasWork: () => boolean;
  /** Resolves when nothing runs any more. */
  idle: () => Promise<void>;
};

export type WorkListDeps = {
  execute: Execute;
  /** Called after every report, and when an attempt is over. */
  onNews: () => void;
};

const STOP_REASONS = {
  cancelled: new Fault('CANCELLED', 'the build was cancelled'),
  timeout: new Fault('BUILD_TIMEOUT', 'the build took longer than it may'),
  stale: new Fault('STALE', 'another attempt of this build was granted'),
} as const;

/**
 * The attempts of one agent. Facts are kept until they are acknowledged. An attempt is started once in the life of the
 * agent, whatever a late reply says: its facts would be numbered from 1 again.
 */
export const workList = ({ execute, onNews }: WorkListDeps): WorkList => {
  const list = new Map<string, Work>();
  const started = new Set<string>();
  const works = (): Work[] => [...list.values()];
  const forgetSettled = (): void => {
    for (const [key, work] of list) if (isSettled(work)) list.delete(key);
  };
  const onEnd = (): void => {
    forgetSettled();
    onNews();
  };
  const telling = (): Work[] => works().filter(({ abandoned }) => !abandoned);

  return {
    state: () =>
      telling().map(({ assignment: { jobId, attempt }, unacknowledged }) => ({
        jobId,
        attempt,
        reports: [...unacknowledged],
      })),
    apply: ({ run, stop, acknowledged }) => {
      for (const { seq, ...which } of acknowledged) acknowledge(list.get(keyOf(which)), seq);
      for (const { why, ...which } of stop) endWork(list.get(keyOf(which)), why);
      forgetSettled();
      for (const assignment of run) {
        const key = keyOf(assignment);
        if (started.has(key)) continue;
        started.add(key);
        list.set(key, startWork(assignment, { execute, onReport: onNews, onEnd }));
      }
    },
    stopAll: (reason) => works().forEach((work) => stopWork(work, reason)),
    hasReports: () => telling().some(({ unacknowledged }) => unacknowledged.length > 0),
    hasWork: () => list.size > 0,
    idle: async () => {
      await Promise.allSettled(works().map(({ done }) => done));
    },
  };
};

const acknowledge = (work: Work | undefined, upTo: number): void => {
  if (work !== undefined) work.unacknowledged = work.unacknowledged.filter(({ seq }) => seq > upTo);
};

const endWork = (work: Work | undefined, why: keyof typeof STOP_REASONS): void => {
  if (work === undefined) return;
  if (why === 'stale') work.abandoned = true;
  stopWork(work, STOP_REASONS[why]);
};
