import { type ArtifactLayer, objectKeys } from '@gild/contracts';
import type { Attempt } from '../attempt.js';

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
  for (const { step, key, archive } of attempt.layers) {
    signal.throwIfAborted();
    const { sha256, sizeBytes } = archive;
    const object = { key: objectKeys.layer(sha256), sha256, sizeBytes };
    if (!(await isStored(object, attempt))) {
      await attempt.deps.objects.putFile(object.key, archive.path, { expectSha256: sha256, signal });
      bytes += sizeBytes;
    }
    stored.push({ step, key, object });
  }
  await attempt.log.line(`${stored.length} layers are stored, ${(bytes / 1e6).toFixed(1)} MB of them new`);
  return stored;
};

/** What is there is looked at no closer, unless everything is to be made anew: its digest is checked when it is read. */
const isStored = async (
  { key, sizeBytes }: ArtifactLayer['object'],
  { deps, assignment }: Attempt,
): Promise<boolean> => assignment.useCache && (await deps.objects.head(key))?.sizeBytes === sizeBytes;
