import { z } from 'zod';
import { GoldenImageCache } from '../documents/golden-image-cache.js';
import { HostCacheEvent } from '../events/host-cache-events.js';
import { Actor } from './requests.js';
import { VmHost } from './vm-reports.js';

const { shape } = GoldenImageCache;

/** What an image is cached as, when it makes an entry of the record. */
const CachedEntry = z.object({
  ...{ host: shape.host, imageName: shape.image_name, version: shape.image_version, arch: shape.arch },
  ...{ sha256: shape.checksum, path: shape.storage_path, format: shape.storage_format },
  ...{ ttlDays: shape.ttl_days, cachedAt: shape.cached_at, expiresAt: shape.expires_at },
});

/** `announceHostCache`: what happened to the cache of a host, told by it. Safe to repeat: what is known already is not recorded again. */
export const AnnounceHostCache = z
  .strictObject({
    host: VmHost,
    actor: Actor,
    events: z.array(HostCacheEvent).min(1).max(1000),
  })
  .refine(({ host, events }) => events.every(({ data }) => data.host === host), {
    path: ['events'],
    error: 'a host announces what happened to its own cache, and to no other',
  })
  .superRefine(({ events }, { addIssue }) => {
    for (const [index, { type, data }] of events.entries()) {
      const issues = type === 'ImageCached' ? (CachedEntry.safeParse(data).error?.issues ?? []) : [];
      for (const { path, message } of issues)
        addIssue({ code: 'custom', path: ['events', index, 'data', ...path], message });
    }
  });
export type AnnounceHostCache = z.infer<typeof AnnounceHostCache>;

/** Of the machines that run on a host, as `vms` answers: which version each runs. Absent `arch`: nobody said. */
export const RunningVms = z.array(
  z.object({
    vm_id: z.string(),
    image_name: z.string(),
    image_version: z.string(),
    arch: z.string().optional(),
  }),
);
export type RunningVm = z.infer<typeof RunningVms>[number];

/** What is on record of the cache of one host; its entries are without what only the host counts. */
export const HostCacheRecord = z.object({
  host: z.string(),
  entries: z.array(GoldenImageCache),
  /** How many entries ever went, and how many were ever found damaged. */
  evicted: z.int().min(0),
  damaged: z.int().min(0),
});
export type HostCacheRecord = z.infer<typeof HostCacheRecord>;
