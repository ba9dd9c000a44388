import { type ArtifactLayer, objectKeys } from '@gild/contracts';
import { Fault, faultCode } from '@gild/ports';
import type { Attempt, RestingLayer } from '../attempt.js';

/** Layers on their way into the object store. */
export type LayerStoring = {
  done: Promise<readonly ArtifactLayer[]>;
  /** Gives up what is not stored yet; resolves when nothing is under way. */
  stop: () => Promise<void>;
};

/**
 * Stores the layers under their digests, each once whatever images it is part of, so that other images can be started from
 * this one. Asked again it answers with the same work.
 */
export const storeLayers = (attempt: Attempt): Promise<readonly ArtifactLayer[]> => {
  attempt.storedLayers ??= begin(attempt);
  return attempt.storedLayers.done;
};

const begin = (attempt: Attempt): LayerStoring => {
  const stopping = new AbortController();
  const done = store(attempt, AbortSignal.any([attempt.work.signal, stopping.signal]));
  const ended = done.then(
    () => undefined,
    () => undefined,
  );
  return {
    done,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
};

const store = async (attempt: Attempt, signal: AbortSignal): Promise<readonly ArtifactLayer[]> => {
  const stored: ArtifactLayer[] = [];
  let bytes = 0;
  for (const layer of attempt.layers) {
    signal.throwIfAborted();
    const { sha256, sizeBytes } = layer.archive;
    const object = { key: objectKeys.layer(sha256), sha256, sizeBytes };
    if (
      !(await isStored(object, layer, { attempt, signal })) &&
      (await put(object, layer, { attempt, signal }))
    )
      bytes += sizeBytes;
    stored.push({ step: layer.step, key: layer.key, object });
  }
  await attempt.log.line(`${stored.length} layers are stored, ${(bytes / 1e6).toFixed(1)} MB of them new`);
  return stored;
};

/**
 * What is there is looked at no closer, for its digest is checked when it is read. Not so where something was made anew: of that
 * a damaged object may have been the reason, which the store replaces.
 */
const isStored = async (
  { key, sizeBytes }: ArtifactLayer['object'],
  { isNew }: RestingLayer,
  { attempt: { layerStore, assignment }, signal }: { attempt: Attempt; signal: AbortSignal },
): Promise<boolean> =>
  !isNew && assignment.useCache && (await layerStore.objects.head(key, signal))?.sizeBytes === sizeBytes;

/** Whether anything had to be written. An archive that is read here first may be damaged: its tree was kept. */
const put = async (
  { key, sha256 }: ArtifactLayer['object'],
  layer: RestingLayer,
  { attempt, signal }: { attempt: Attempt; signal: AbortSignal },
): Promise<boolean> => {
  const how = { expectSha256: sha256, signal };
  try {
    return (await attempt.layerStore.objects.putFile(key, layer.archive.path, how)).created;
  } catch (error) {
    // A build beside this one may have found the damage first, and forgotten the archive.
    const found = await attempt.deps.layers.find(layer.cachedAs).catch(() => layer);
    const isGone = found === undefined;
    if (faultCode(error) !== 'OBJECT_MISMATCH' && !isGone) throw error;
    throw await forgotten(layer, error as Error, attempt);
  }
};

const forgotten = async (
  { step, cachedAs, treeKey }: RestingLayer,
  cause: Error,
  { deps }: Attempt,
): Promise<Fault> => {
  await deps.layers.evict(cachedAs);
  await deps.trees.evict(treeKey);
  const message =
    `The archive of the layer of ${step} is damaged or gone on this host (${cause.message}). It is forgotten, and the next ` +
    'attempt makes it again.';
  return new Fault('LAYER_DAMAGED', message, { retryable: true, cause });
};
