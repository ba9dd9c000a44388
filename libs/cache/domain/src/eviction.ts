import type { EvictionReason } from '@gild/contracts';
import { epochMs } from '@gild/kernel';

const GIB = 1_073_741_824;

/** A copy on the host's disk, as far as deciding goes. `inUse`: a machine runs from it, or somebody reads or fills it. */
export type Evictable = {
  id: string;
  sizeBytes: number;
  accessedAt: string;
  /** Absent: it is no entry but the rest of a filling, whose time is not counted here. */
  expiresAt?: string;
  inUse: boolean;
};

export type Disk = { freeBytes: number; totalBytes: number };

export type EvictionPolicy = {
  maxCacheSizeGb: number;
  minDiskFreePercent: number;
  autoCleanupExpired: boolean;
  now: string;
};

export type HostDisk = { entries: readonly Evictable[]; disk: Disk };

export type Eviction = { id: string; reason: EvictionReason };

/** What keeps an image out, in bytes: what it needs, what may be had for it, and what the policy reserves. */
export type CacheFull = {
  code: 'CACHE_FULL';
  needBytes: number;
  cachedBytes: number;
  inUseBytes: number;
  maxCacheBytes: number;
  freeBytes: number;
  keptFreeBytes: number;
};

export type Admission = { ok: true; evict: readonly Eviction[] } | { ok: false; refused: CacheFull };

type Tally = { cachedBytes: number; freeBytes: number };

const limitsOf = ({ disk }: HostDisk, policy: EvictionPolicy) => ({
  maxCacheBytes: policy.maxCacheSizeGb * GIB,
  keptFreeBytes: (disk.totalBytes * policy.minDiskFreePercent) / 100,
});

const leastRecentlyUsed = (entries: readonly Evictable[]): Evictable[] =>
  entries
    .filter(({ inUse }) => !inUse)
    .sort((a, b) => epochMs(a.accessedAt) - epochMs(b.accessedAt) || (a.id < b.id ? -1 : 1));

const isExpired = ({ expiresAt }: Evictable, { autoCleanupExpired, now }: EvictionPolicy): boolean =>
  autoCleanupExpired && expiresAt !== undefined && epochMs(expiresAt) <= epochMs(now);

const plan = (host: HostDisk, policy: EvictionPolicy, needBytes: number) => {
  const { maxCacheBytes, keptFreeBytes } = limitsOf(host, policy);
  const after: Tally = {
    cachedBytes: host.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, needBytes),
    freeBytes: host.disk.freeBytes - needBytes,
  };
  const excess = (): EvictionReason | undefined => {
    if (after.cachedBytes > maxCacheBytes) return 'size';
    return after.freeBytes < keptFreeBytes ? 'disk' : undefined;
  };
  const evict: Eviction[] = [];
  const go = ({ id, sizeBytes }: Evictable, reason: EvictionReason): void => {
    evict.push({ id, reason });
    after.cachedBytes -= sizeBytes;
    after.freeBytes += sizeBytes;
  };
  const mayGo = leastRecentlyUsed(host.entries);
  for (const entry of mayGo) if (isExpired(entry, policy)) go(entry, 'expired');
  for (const entry of mayGo) {
    const reason = isExpired(entry, policy) ? undefined : excess();
    if (reason !== undefined) go(entry, reason);
  }
  return { evict, fits: excess() === undefined };
};

/** What has to go by the policy: what is expired, then the least recently used until cache and disk keep their limits. */
export const chooseEvictions = (host: HostDisk, policy: EvictionPolicy): readonly Eviction[] =>
  plan(host, policy, 0).evict;

/** Everything that nobody needs now, the least recently used first. */
export const chooseUnused = ({ entries }: Pick<HostDisk, 'entries'>): readonly Eviction[] =>
  leastRecentlyUsed(entries).map(({ id }) => ({ id, reason: 'requested' }));

/** Whether so many more bytes fit, and what has to go for them; refused, nothing has to. */
export const admit = (host: HostDisk, policy: EvictionPolicy, needBytes: number): Admission => {
  const { evict, fits } = plan(host, policy, needBytes);
  if (fits) return { ok: true, evict };
  const total = (entries: readonly Evictable[]) => entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    ok: false,
    refused: {
      ...{ code: 'CACHE_FULL', needBytes, cachedBytes: total(host.entries) },
      inUseBytes: total(host.entries.filter(({ inUse }) => inUse)),
      ...limitsOf(host, policy),
      freeBytes: host.disk.freeBytes,
    },
  };
};
