import type { StoredObject } from '@gild/contracts';
import { objectKeys, objectSuffix } from '@gild/contracts';
import { type CachedCopy, type CachedImage, type Fault, faultCode, type ImageReference } from '@gild/ports';
import { countOf } from './count-access.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { judgeHeld } from './judge-copy.js';
import type { Wanted } from './wanted-image.js';

/**
 * What became of an entry that was verified. `refetched`: it was damaged, and is whole again. `damaged`: it could not be fetched
 * again, for that reason, and is gone from the cache. `gone`: it was evicted before it was read.
 */
export type VerifiedEntry = ImageReference & { sha256: string } & (
    { outcome: 'sound' | 'refetched' | 'gone' } | { outcome: 'damaged'; code: string; message: string }
  );

const objectOf = ({ sha256, sizeBytes, path }: CachedCopy): StoredObject => ({
  ...{ key: objectKeys.artifact(sha256, objectSuffix(path)), sha256, sizeBytes },
});

const wantedAgain = (
  copy: CachedCopy,
  { imageName, version, arch, format, ttlDays }: CachedImage,
): Wanted => ({
  ...{ imageName, version, arch, form: format, ttlDays, object: objectOf(copy) },
});

type Obtain = (wanted: Wanted) => Promise<unknown>;

const entryOf = ({ sha256 }: CachedCopy, { imageName, version, arch }: CachedImage) => ({
  ...{ imageName, version, arch, sha256 },
});

const refetched = async (copy: CachedCopy, image: CachedImage, obtain: Obtain): Promise<VerifiedEntry> => {
  const entry = entryOf(copy, image);
  try {
    await obtain(wantedAgain(copy, image));
    return { ...entry, outcome: 'refetched' };
  } catch (error) {
    const code = faultCode(error);
    if (code === undefined) throw error;
    return { ...entry, outcome: 'damaged', code, message: (error as Fault).message };
  }
};

const verifyCopy = async (
  deps: HostCacheDeps,
  copy: CachedCopy,
  obtain: Obtain,
): Promise<readonly VerifiedEntry[]> => {
  const judgement = await judgeHeld({ deps, copy });
  const entries: VerifiedEntry[] = [];
  for (const image of copy.images) {
    if (judgement === 'damaged') entries.push(await refetched(copy, image, obtain));
    else entries.push({ ...entryOf(copy, image), outcome: judgement });
    if (judgement === 'sound')
      await countOf(deps, image, (counts) => ({ ...counts, lastVerification: deps.clock.now() }));
  }
  return entries;
};

/** A version, for whatever architecture. */
export type VersionReference = Pick<ImageReference, 'imageName' | 'version'>;

const isOf =
  (only: VersionReference | undefined) =>
  ({ images }: CachedCopy): boolean =>
    only === undefined ||
    images.some(({ imageName, version }) => imageName === only.imageName && version === only.version);

/** Reads every copy, or those of one version. Damaged ones are put aside, and fetched again. */
export const verifyCache = async (
  deps: HostCacheDeps,
  obtain: Obtain,
  only?: VersionReference,
): Promise<readonly VerifiedEntry[]> => {
  const { copies, holds } = deps.folder;
  const entries: VerifiedEntry[] = [];
  for (const { sha256 } of (await copies.all()).filter(isOf(only))) {
    await holds.add(sha256);
    try {
      const copy = await copies.find(sha256);
      if (copy !== undefined) entries.push(...(await verifyCopy(deps, copy, obtain)));
    } finally {
      await holds.remove(sha256);
    }
  }
  return entries;
};
