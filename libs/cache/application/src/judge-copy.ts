import type { CachedCopy, MeasuredFile } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';
import { announceOf } from './image-facts.js';

/** What reading a copy showed. `gone`: by the time it was read another file had its place, or none. */
export type Judgement = 'sound' | 'damaged' | 'gone';

const isSound = (copy: CachedCopy, found: MeasuredFile): boolean =>
  found.sha256 === copy.sha256 && found.sizeBytes === copy.sizeBytes;

type Judging = { deps: HostCacheDeps; copy: CachedCopy };

const putAside = async ({ deps, copy }: Judging, found: MeasuredFile): Promise<Judgement> => {
  const quarantinePath = await deps.folder.copies.quarantine(copy, found);
  if (quarantinePath === undefined) return 'gone';
  await announceOf(deps, copy, ({ format: _f, ttlDays: _t, cachedAt: _c, expiresAt: _e, ...facts }) => ({
    type: 'CacheEntryDamaged',
    data: { ...facts, foundSha256: found.sha256, foundBytes: found.sizeBytes, quarantinePath },
  }));
  return 'damaged';
};

/** Reads all of a copy; a damaged one is out of sight before this resolves. For one who is alone with the copy. */
export const judgeAlone = async (judging: Judging): Promise<Judgement> => {
  const { deps, copy } = judging;
  const found = await deps.folder.copies.measure(copy, deps.stop);
  if (found === undefined) return 'gone';
  return isSound(copy, found) ? 'sound' : putAside(judging, found);
};

/** The same for one who holds the copy, beside others who read it. */
export const judgeHeld = async (judging: Judging): Promise<Judgement> => {
  const { deps, copy } = judging;
  const found = await deps.folder.copies.measure(copy, deps.stop);
  if (found === undefined) return 'gone';
  if (isSound(copy, found)) return 'sound';
  return deps.folder.alone(copy.sha256, () => putAside(judging, found), deps.stop);
};
