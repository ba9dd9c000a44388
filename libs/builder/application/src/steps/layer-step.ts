import { faultCode, type CachedLayer } from '@gild/ports';
import type { Attempt } from '../attempt.js';
import type { ResolvedLayerStep } from '../resolve-plan.js';

export type CacheResult = { cache: 'hit' | 'miss' | 'none'; missReason?: string };

/** Adds the step's layer to the trees: unpacked from the cache, or built, packed and cached. */
export const runLayerStep = async (step: ResolvedLayerStep, attempt: Attempt): Promise<CacheResult> => {
  if (step.empty) {
    await attempt.log.line('nothing to do');
    return { cache: 'none' };
  }
  const damaged = step.cached === undefined ? undefined : await useCached(step.cached, attempt);
  if (step.cached !== undefined && damaged === undefined) return { cache: 'hit' };
  const missReason = damaged ?? step.missReason ?? 'not cached';
  await attempt.log.line(
    `building layer ${short(step.key)}: ${step.resolved.packages.length} packages (${missReason})`,
  );
  await addBuilt(step, attempt);
  return { cache: 'miss', missReason };
};

const short = (key: string): string => key.slice(0, 12);

/** Undefined when the layer was added; a reason when it was damaged and is now forgotten. */
const useCached = async (cached: CachedLayer, attempt: Attempt): Promise<string | undefined> => {
  const { deps, log } = attempt;
  try {
    await addCached(cached, attempt);
    await log.line(`from the cache: layer ${short(cached.key)}`);
    return undefined;
  } catch (error) {
    if (faultCode(error) !== 'LAYER_DAMAGED') throw error;
    await deps.layers.evict(cached.key);
    await log.line(`the cached layer ${short(cached.key)} is damaged; it is forgotten and built again`);
    return 'the cached layer was damaged';
  }
};

const addCached = async ({ key, archive }: CachedLayer, attempt: Attempt): Promise<void> => {
  const { deps, work } = attempt;
  const { result } = await ownOrShared(attempt, (isMine) =>
    deps.trees.hold(key, async (folder) => {
      isMine();
      await deps.archiver.unpack(archive, folder, work.signal);
    }),
  );
  add(key, result, attempt);
};

const add = (key: string, tree: string, { trees, held }: Attempt): void => {
  held.push(key);
  trees.push(tree);
};

const addBuilt = async (step: ResolvedLayerStep, attempt: Attempt): Promise<void> => {
  const { deps, work, trees, assignment } = attempt;
  const folder = await deps.folders.sub(work.workDir, `built-${trees.length}`);
  if (!assignment.useCache) await deps.layers.evict(step.key);
  const { result: layer, isOwn } = await ownOrShared(attempt, (isMine) =>
    build(step, folder, { attempt, isMine }),
  );
  // Made anew although there may be a kept tree: that one is not what was asked for.
  if (!assignment.useCache && isOwn) trees.push(folder);
  else if (isOwn) add(step.key, await deps.trees.keep(step.key, folder), attempt);
  else await addCached(layer, attempt);
};

const build = (
  { key, name, components, recipe, resolved, repositoriesBelow }: ResolvedLayerStep,
  upper: string,
  { attempt, isMine }: { attempt: Attempt; isMine: () => void },
): Promise<CachedLayer> => {
  const { deps, work, target, trees } = attempt;
  return deps.layers.commit({ key, step: name, components }, async (path) => {
    isMine();
    const layer = { target, recipe, resolved, repositoriesBelow, lower: [...trees], upper };
    await deps.toolchain.build(layer, work);
    return deps.archiver.pack(upper, path, work.signal);
  });
};

const MOST_TRIES = 3;

/**
 * Another build of this agent may be making or unpacking the same layer, and this one then gets what that one made. When
 * that one fails, its reasons (it was cancelled, say) are its own, and this build does the work itself.
 */
const ownOrShared = async <T>(
  { work, log }: Attempt,
  run: (isMine: () => void) => Promise<T>,
): Promise<{ result: T; isOwn: boolean }> => {
  for (let tries = 1; ; tries += 1) {
    let isOwn = false;
    try {
      const result = await run(() => (isOwn = true));
      return { result, isOwn };
    } catch (error) {
      work.signal.throwIfAborted();
      if (isOwn || tries === MOST_TRIES) throw error;
      await log.line('another build could not make this layer; this one makes it');
    }
  }
};
