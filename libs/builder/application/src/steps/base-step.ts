import type { ArtifactLayer } from '@gild/contracts';
import { type CachedLayer, faultCode } from '@gild/ports';
import type { Attempt } from '../attempt.js';
import { cachedBaseLayer, fetchedKey, piecesOf } from '../base-image.js';
import type { ResolvedBaseStep } from '../resolve-plan.js';
import { ownOrShared } from './own-or-shared.js';
import { addTree, type CacheResult } from './layer-step.js';

/** Puts the layers of the base below everything else: those that are not on this host are fetched and checked. */
export const runBaseStep = async (
  { base, missReason }: ResolvedBaseStep,
  attempt: Attempt,
): Promise<CacheResult> => {
  const { imageName, version, layers } = base;
  let fetched = 0;
  for (const layer of layers) if (await addLayer(layer, attempt)) fetched += 1;
  await attempt.log.line(
    `starting from ${imageName} ${version}: ${layers.length} layers, ${fetched} of them fetched`,
  );
  if (fetched === 0) return { cache: 'hit' };
  return { cache: 'miss', missReason: missReason ?? `${fetched} layers had gone from this host` };
};

/** Whether it had to be fetched. */
const addLayer = async (layer: ArtifactLayer, attempt: Attempt): Promise<boolean> => {
  const { deps, log } = attempt;
  const present = await cachedBaseLayer(layer, deps.layers);
  if (present !== undefined && (await wasAdded(present, layer, attempt))) return false;
  const cached = await fetchLayer(layer, attempt);
  if (await wasAdded(cached, layer, attempt)) return true;
  await log.line(`the layer of ${layer.step} was damaged as soon as it was fetched; once more`);
  await addAs(await fetchLayer(layer, attempt), layer, attempt);
  return true;
};

/** False when the cached bytes were damaged; they are forgotten then. */
const wasAdded = async (cached: CachedLayer, layer: ArtifactLayer, attempt: Attempt): Promise<boolean> => {
  try {
    await addAs(cached, layer, attempt);
    return true;
  } catch (error) {
    if (faultCode(error) !== 'LAYER_DAMAGED') throw error;
    await attempt.deps.layers.evict(cached.key);
    await attempt.log.line(`the cached layer of ${layer.step} is damaged; it is forgotten and fetched again`);
    return false;
  }
};

/** Its tree is kept under the digest: a tree kept under its own key may be of an equal build with other bytes. */
const addAs = (cached: CachedLayer, layer: ArtifactLayer, attempt: Attempt): Promise<void> => {
  const { step, key } = layer;
  return addTree(
    cached,
    { step, key, cachedAs: cached.key, treeKey: fetchedKey(layer), isNew: false },
    attempt,
  );
};

const fetchLayer = async (layer: ArtifactLayer, attempt: Attempt): Promise<CachedLayer> => {
  const { deps, inputs, patiently, work, log } = attempt;
  const { base } = inputs;
  if (base === undefined) throw new Error('layers of a base are fetched for a build without one');
  const { sha256, sizeBytes } = layer.object;
  const wanted = { key: fetchedKey(layer), step: `base_image:${layer.step}`, components: {} };
  // Each try is its own or another build's anew: what another one's work ends with is never taken for what an earlier try met.
  const { result } = await patiently(() =>
    ownOrShared(attempt, (isMine) =>
      deps.layers.commit(wanted, async (path) => {
        isMine();
        await log.line(`fetching the layer of ${layer.step}: ${(sizeBytes / 1e6).toFixed(1)} MB`);
        await deps.writeFile(path, piecesOf(layer.object, { base, objects: deps.objects }), work.signal);
        return { path, sha256, sizeBytes };
      }),
    ),
  );
  return result;
};
