import type { CleanUp } from '@gild/contracts';
import type { Held } from './attempt.js';
import type { BuilderDeps } from './builder-deps.js';

/** What an attempt has of its host until it is over: folders of its own, and what it keeps from going. */
export type Leavings = { folders: string[]; held: Held };

export const giveBack = async ({ folders, held }: Leavings, deps: BuilderDeps): Promise<void> => {
  await Promise.allSettled(folders.map((folder) => deps.folders.remove(folder)));
  await release(held, deps);
};

const release = async (held: Held, deps: BuilderDeps): Promise<void> => {
  await Promise.allSettled([
    ...held.trees.map((key) => deps.trees.release(key)),
    ...held.layers.map((key) => deps.layers.release(key)),
  ]);
};

/** Gives back what a stopped attempt had, and looks for what is left of it. */
export const cleanUp = async (
  { folders, held }: Leavings,
  stoppedMs: number,
  deps: BuilderDeps,
): Promise<CleanUp> => {
  const cleared = await Promise.all(folders.map((folder) => deps.folders.clear(folder)));
  await release(held, deps);
  const endings = cleared.map(({ ended }) => ended);
  const ended = endings.find((how) => how === 'killed') ?? endings.find((how) => how !== undefined);
  return {
    processes: cleared.reduce((sum, { processes }) => sum + processes, 0),
    mounts: cleared.reduce((sum, { mounts }) => sum + mounts, 0),
    folderRemoved: cleared.every(({ folderRemoved }) => folderRemoved),
    ...(ended === undefined ? {} : { ended }),
    tookMs: Math.round(deps.clock.monotonicMs() - stoppedMs),
  };
};
