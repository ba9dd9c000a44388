import { epochMs } from '@gild/kernel';
import type { QueuedBuild, RunningBuild } from './decide-grants.js';

/** After this time a build counts as one priority higher, so that no flood of urgent builds holds it up for ever. */
const AGEING_MS = 3_600_000;

type Turn = { build: QueuedBuild; urgency: number; since: number; rank: number };

/**
 * The queue in the order in which agents are given out: the more urgent first; of equally urgent ones the image that
 * has fewer builds under way or before it; of those the oldest.
 */
export const inTurn = (
  queue: readonly QueuedBuild[],
  running: readonly RunningBuild[],
  now: string,
): QueuedBuild[] => {
  const nowMs = epochMs(now);
  const turns = queue.map((build): Turn => {
    const since = epochMs(build.requestedAt);
    return {
      build,
      since,
      rank: 0,
      urgency: build.priority + Math.floor(Math.max(0, nowMs - since) / AGEING_MS),
    };
  });
  turns.sort((a, b) => b.urgency - a.urgency || byAge(a, b));
  const ahead = new Map<string, number>();
  const nextRank = (image: string): number => {
    const rank = ahead.get(image) ?? 0;
    ahead.set(image, rank + 1);
    return rank;
  };
  for (const { imageName } of running) nextRank(imageName);
  for (const turn of turns) turn.rank = nextRank(turn.build.imageName);
  return turns
    .sort((a, b) => b.urgency - a.urgency || a.rank - b.rank || byAge(a, b))
    .map(({ build }) => build);
};

const byAge = (a: Turn, b: Turn): number =>
  a.since - b.since || (a.build.jobId < b.build.jobId ? -1 : Number(a.build.jobId > b.build.jobId));
