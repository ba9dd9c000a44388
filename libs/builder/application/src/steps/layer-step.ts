import type { NearestLayer } from '@gild/contracts';
import { faultCode, type CachedLayer } from '@gild/ports';
import type { Miss } from '@gild/builder-domain';
import type { Attempt, RestingLayer } from '../attempt.js';
import type { ResolvedLayerStep } from '../resolve-plan.js';
import { ownOrShared } from './own-or-shared.js';

export type CacheResult = { cache: 'hit' | 'miss' | 'none'; missReason?: string; nearest?: NearestLayer };

/** Adds the step's layer to the trees: unpacked from the cache, or built, packed and cached. */
export const runLayerStep = async (step: ResolvedLayerStep, attempt: Attempt): Promise<CacheResult> => {
  if (step.empty) {
    await attempt.log.line('nothing to do');
    return { cache: 'none' };
  }
  const damaged = step.cached === undefined ? undefined : await useCached(step.cached, step, attempt);
  if (step.cached !== undefined && damaged === undefined) return { cache: 'hit' };
  const miss = damaged === undefined ? (step.miss ?? { missReason: 'not cached' }) : { missReason: damaged };
  await attempt.log.line(
    `building layer ${short(step.key)}: ${step.resolved.packages.length} packages (${missText(miss)})`,
  );
  await attempt.prefetch.of(step);
  await addBuilt(step, attempt);
  return { cache: 'miss', ...miss };
};

const missText = ({ missReason, nearest }: Miss): string =>
  nearest === undefined ? missReason : `${missReason}; nearest was layer ${short(nearest.key)}`;

const short = (key: string): string => key.slice(0, 12);

/** Undefined when the layer was added; a reason when it was damaged and is now forgotten. */
const useCached = async (
  cached: CachedLayer,
  step: ResolvedLayerStep,
  attempt: Attempt,
): Promise<string | undefined> => {
  const { deps, log } = attempt;
  try {
    await addCached(cached, step, { attempt, isNew: false });
    await log.line(`from the cache: layer ${short(cached.key)}`);
    return undefined;
  } catch (error) {
    if (faultCode(error) !== 'LAYER_DAMAGED') throw error;
    await deps.layers.evict(cached.key);
    await log.line(`the cached layer ${short(cached.key)} is damaged; it is forgotten and built again`);
    return 'the cached layer was damaged';
  }
};

const addCached = (
  cached: CachedLayer,
  step: ResolvedLayerStep,
  { attempt, isNew }: { attempt: Attempt; isNew: boolean },
): Promise<void> => addTree(cached, { ...placeOf(step), isNew }, attempt);

const placeOf = ({ name, key }: ResolvedLayerStep) => ({ step: name, key, cachedAs: key, treeKey: key });

/** Adds the tree of a cached layer, unpacked when none is kept. Fault: LAYER_DAMAGED; nothing is added then. */
export const addTree = async (
  { archive }: CachedLayer,
  layer: Omit<RestingLayer, 'archive'>,
  attempt: Attempt,
): Promise<void> => {
  const { deps, work } = attempt;
  const { result } = await ownOrShared(
    attempt,
    (isMine) =>
      deps.trees.hold(layer.treeKey, async (folder) => {
        isMine();
        await deps.archiver.unpack(archive, folder, work.signal);
      }),
    () => deps.trees.release(layer.treeKey),
  );
  attempt.held.trees.push(layer.treeKey);
  attempt.trees.push(result);
  await addLayer({ ...layer, archive }, attempt);
};

/** The archive is stored with the image at the end, so it must not go before. */
const addLayer = async (layer: RestingLayer, { deps, held, layers }: Attempt): Promise<void> => {
  if ((await deps.layers.hold(layer.cachedAs)) !== undefined) held.layers.push(layer.cachedAs);
  layers.push(layer);
};

const addBuilt = async (step: ResolvedLayerStep, attempt: Attempt): Promise<void> => {
  const { deps, work, trees, held, assignment } = attempt;
  const folder = await deps.folders.sub(work.workDir, `built-${trees.length}`);
  if (!assignment.useCache) await deps.layers.evict(step.key);
  const { result: layer, isOwn } = await ownOrShared(attempt, (isMine) =>
    build(step, folder, { attempt, isMine }),
  );
  // Made anew although there may be a kept tree: that one is not what was asked for.
  if (!isOwn) return addCached(layer, step, { attempt, isNew: true });
  if (!assignment.useCache) trees.push(folder);
  else {
    trees.push(await deps.trees.keep(step.key, folder));
    held.trees.push(step.key);
  }
  await addLayer({ ...placeOf(step), archive: layer.archive, isNew: true }, attempt);
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
