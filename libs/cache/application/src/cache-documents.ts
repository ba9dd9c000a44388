import { cacheDocument } from '@gild/cache-domain';
import type { GoldenImageCache } from '@gild/contracts';
import { copiesInUse } from './copies-in-use.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { factsOf } from './image-facts.js';

/** Every entry of this host, with what is counted of it. */
export const cacheDocuments = async ({
  host,
  folder,
}: Pick<HostCacheDeps, 'host' | 'folder'>): Promise<readonly GoldenImageCache[]> => {
  const documents: GoldenImageCache[] = [];
  for (const copy of await folder.copies.all())
    for (const image of copy.images) {
      const document = cacheDocument(factsOf(host, copy, image), await folder.counts.of(image));
      if (document !== undefined) documents.push(document);
    }
  return documents;
};

/** A host's cache in numbers. */
export type CacheStats = {
  images: number;
  copies: number;
  cachedBytes: number;
  inUse: number;
  machines: number;
  accessCount: number;
  hitCount: number;
  /** What is partly filled, or was not recorded, or is put aside as damaged. */
  restBytes: number;
  quarantined: number;
  freeBytes: number;
  totalBytes: number;
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const cacheStats = async (deps: Pick<HostCacheDeps, 'folder' | 'running'>): Promise<CacheStats> => {
  const { folder } = deps;
  const copies = await folder.copies.all();
  const [rests, used, counted, disk] = await Promise.all([
    folder.rests(),
    copiesInUse(deps),
    folder.counts.all(),
    folder.disk(),
  ]);
  return {
    images: sum(copies.map(({ images }) => images.length)),
    copies: copies.length,
    cachedBytes: sum(copies.map(({ sizeBytes }) => sizeBytes)),
    inUse: copies.filter(({ sha256 }) => used.has(sha256)).length,
    machines: new Set([...used.values()].flat()).size,
    accessCount: sum(counted.map(({ counts }) => counts.accessCount)),
    hitCount: sum(counted.map(({ counts }) => counts.hitCount)),
    restBytes: sum(rests.map(({ sizeBytes }) => sizeBytes)),
    quarantined: rests.filter(({ id }) => id.startsWith('quarantine/')).length,
    ...disk,
  };
};
