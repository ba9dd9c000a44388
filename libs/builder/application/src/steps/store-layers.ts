import { type ArtifactLayer, objectKeys } from '@gild/contracts';
import type { Attempt } from '../attempt.js';

/**
 * Stores the layers under their digests, each once whatever images it is part of, so that other images can be started from
 * this one. Asked again it answers with the same work.
 */
export const storeLayers = (attempt: Attempt): Promise<readonly ArtifactLayer[]> => {
  attempt.storedLayers ??= store(attempt);
  attempt.storedLayers.catch(() => undefined);
  return attempt.storedLayers;
};

const store = async (attempt: Attempt): Promise<readonly ArtifactLayer[]> => {
  const stored: ArtifactLayer[] = [];
  let bytes = 0;
  for (const { step, key, archive } of attempt.layers) {
    attempt.work.signal.throwIfAborted();
    const { sha256, sizeBytes } = archive;
    const object = { key: objectKeys.layer(sha256), sha256, sizeBytes };
    if (!(await isStored(object, attempt))) {
      await attempt.deps.objects.putFile(object.key, archive.path, sha256);
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
