import type { AgentReport, Assignment } from '@gild/contracts';
import type { Fault } from '@gild/ports';
import type { Fact } from '../attempt.js';

export type Execute = (
  assignment: Assignment,
  run: { report: (fact: Fact) => void; signal: AbortSignal },
) => Promise<void>;

/** One attempt the agent works on or has not finished telling about. */
export type Work = {
  assignment: Assignment;
  stop: AbortController;
  /** Facts the scheduler has not acknowledged. */
  unacknowledged: AgentReport[];
  ended: boolean;
  /** The scheduler wants nothing more of this attempt. */
  abandoned: boolean;
  done: Promise<void>;
};

export const keyOf = ({ jobId, attempt }: { jobId: string; attempt: number }): string =>
  `${jobId}/${attempt}`;

export type Started = { execute: Execute; onReport: () => void; onEnd: () => void };

/** Starts an attempt; its facts are numbered from 1. */
export const startWork = (assignment: Assignment, { execute, onReport, onEnd }: Started): Work => {
  let seq = 0;
  const work: Work = {
    assignment,
    stop: new AbortController(),
    unacknowledged: [],
    ended: false,
    abandoned: false,
    done: Promise.resolve(),
  };
  const report = (fact: Fact): void => {
    seq += 1;
    work.unacknowledged.push({ seq, fact });
    onReport();
  };
  work.done = execute(assignment, { report, signal: work.stop.signal }).finally(() => {
    work.ended = true;
    onEnd();
  });
  return work;
};

export const stopWork = (work: Work, reason: Fault): void => {
  if (!work.stop.signal.aborted) work.stop.abort(reason);
};

export const isSettled = ({ ended, abandoned, unacknowledged }: Work): boolean =>
  ended && (abandoned || unacknowledged.length === 0);
