import { epochMs } from '@gild/kernel';
import type { QueuedBuild, RunningBuild } from './decide-grants.js';

/** After this time a build counts as one priority higher, so that no flood of urgent builds holds it up for ever. */
const AGEING_MS = 3_600_000;

type Turn = { build: QueuedBuild; urgency: number; since: number; rank: number };

/**
 * The queue in the order in which agents are given out: the more urgent first; of equally urgent ones the image that
 * has fewer builds under way or before it; of those the oldest. The builds of one version count as one.
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
  const rankOf = ranks();
  running.forEach(rankOf);
  for (const turn of turns) turn.rank = rankOf(turn.build);
  return turns
    .sort((a, b) => b.urgency - a.urgency || a.rank - b.rank || byAge(a, b))
    .map(({ build }) => build);
};

const byAge = (a: Turn, b: Turn): number =>
  a.since - b.since || (a.build.jobId < b.build.jobId ? -1 : Number(a.build.jobId > b.build.jobId));

/** How many builds of its image are ahead of each build that is asked about, in the order of asking. */
const ranks = () => {
  const ahead = new Map<string, number>();
  const ofGroup = new Map<string, number>();
  return ({ imageName, group }: Pick<RunningBuild, 'imageName' | 'group'>): number => {
    const known = group === undefined ? undefined : ofGroup.get(group);
    if (known !== undefined) return known;
    const rank = ahead.get(imageName) ?? 0;
    ahead.set(imageName, rank + 1);
    if (group !== undefined) ofGroup.set(group, rank);
    return rank;
  };
};
