import type { CachedCopy, ImageReference } from '@gild/ports';
import { countAccess } from './count-access.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { isSameImage } from './image-facts.js';
import { judgeHeld } from './judge-copy.js';

/** An image, or the digest of its disk. */
export type WhichCopy = ImageReference | string;

/** A verified copy. It stays where it is until it is released, or this process ends. */
export type OpenedCopy = Omit<CachedCopy, 'images'> & { image: ImageReference; release: () => Promise<void> };

const imageIn = ({ images }: CachedCopy, which: WhichCopy): ImageReference | undefined =>
  typeof which === 'string' ? images.at(-1) : images.find((image) => isSameImage(image, which));

const digestOf = async ({ folder }: HostCacheDeps, which: WhichCopy): Promise<string | undefined> => {
  if (typeof which === 'string') return which;
  return (await folder.copies.all()).find((copy) => imageIn(copy, which) !== undefined)?.sha256;
};

/** Held first, looked for then: whoever makes room looks in the opposite order. */
const held = async (
  deps: HostCacheDeps,
  which: WhichCopy,
  sha256: string,
): Promise<OpenedCopy | undefined> => {
  const { folder } = deps;
  await folder.holds.add(sha256);
  let opened: OpenedCopy | undefined;
  try {
    const copy = await folder.copies.find(sha256);
    const image = copy && imageIn(copy, which);
    if (copy === undefined || image === undefined) return undefined;
    if ((await judgeHeld({ deps, copy })) !== 'sound') return undefined;
    const { path, sizeBytes } = copy;
    opened = { sha256, path, sizeBytes, image, release: onlyOnce(() => folder.holds.remove(sha256)) };
    return opened;
  } finally {
    if (opened === undefined) await folder.holds.remove(sha256);
  }
};

const onlyOnce = (call: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | undefined;
  return () => (done ??= call());
};

/** The verified copy of an image; undefined when there is none, or only a damaged one, which then is put aside. Counted either way. */
export const openCopy = async (deps: HostCacheDeps, which: WhichCopy): Promise<OpenedCopy | undefined> => {
  const sha256 = await digestOf(deps, which);
  const opened = sha256 === undefined ? undefined : await held(deps, which, sha256);
  const image = opened?.image ?? (typeof which === 'string' ? undefined : which);
  if (image !== undefined) await countAccess(deps, image, { isHit: opened !== undefined });
  return opened;
};
