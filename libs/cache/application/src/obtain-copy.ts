import { epochMs, laterBy } from '@gild/kernel';
import type { CachedCopy, CachedImage } from '@gild/ports';
import { fillCopy } from './fill-copy.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { factsOf, isSameImage } from './image-facts.js';
import { judgeAlone, judgeHeld } from './judge-copy.js';
import type { Room } from './room.js';
import type { Wanted } from './wanted-image.js';

const DAY_MS = 86_400_000;

/** A verified copy; `filled`: it was not here before. */
export type Obtained = { copy: CachedCopy; filled: boolean; fetchedBytes: number };

type Obtaining = { deps: HostCacheDeps; room: Room; wanted: Wanted };

/** A pull of what has expired, or with another time, has it kept anew. */
const isKept = ({ deps, wanted }: Obtaining, copy: CachedCopy): boolean => {
  const known = copy.images.find((image) => isSameImage(image, wanted));
  return known?.ttlDays === wanted.ttlDays && epochMs(known.expiresAt) > epochMs(deps.clock.now());
};

const keptFromNow = (now: string, { imageName, version, arch, form, ttlDays }: Wanted): CachedImage => ({
  ...{ imageName, version, arch, format: form, ttlDays },
  ...{ cachedAt: now, expiresAt: laterBy(now, ttlDays * DAY_MS) },
});

/** Says on the disk, then to the record, that a copy is of the wanted image. */
const recorded = async (
  { deps, wanted }: Obtaining,
  copy: Omit<CachedCopy, 'images'> & Partial<CachedCopy>,
): Promise<CachedCopy> => {
  const image = keptFromNow(deps.clock.now(), wanted);
  const others = (copy.images ?? []).filter((other) => !isSameImage(other, wanted));
  const made = { ...copy, images: [...others, image] };
  await deps.folder.copies.record(made);
  await deps.announce({ type: 'ImageCached', data: factsOf(deps.host, made, image) }).catch(() => undefined);
  return made;
};

/** What others made while this one waited, or had for another version with the same bytes, is read and used. */
const obtainAlone = async (obtaining: Obtaining): Promise<Obtained> => {
  const { deps, room, wanted } = obtaining;
  const { sha256, sizeBytes } = wanted.object;
  const copy = await deps.folder.copies.find(sha256);
  if (copy !== undefined && (await judgeAlone({ deps, copy })) === 'sound') {
    const kept = isKept(obtaining, copy) ? copy : await recorded(obtaining, copy);
    return { copy: kept, filled: false, fetchedBytes: 0 };
  }
  const { path, fetchedBytes } = await fillCopy(deps, room, wanted);
  return { copy: await recorded(obtaining, { sha256, sizeBytes, path }), filled: true, fetchedBytes };
};

/** The copy of a wanted image: the one that is here when its bytes are right, else a new one. For one who holds it. */
export const obtainCopy = async (obtaining: Obtaining): Promise<Obtained> => {
  const { deps, wanted } = obtaining;
  const { sha256 } = wanted.object;
  const copy = await deps.folder.copies.find(sha256);
  if (copy !== undefined && isKept(obtaining, copy) && (await judgeHeld({ deps, copy })) === 'sound')
    return { copy, filled: false, fetchedBytes: 0 };
  return deps.folder.alone(sha256, () => obtainAlone(obtaining), deps.stop);
};
