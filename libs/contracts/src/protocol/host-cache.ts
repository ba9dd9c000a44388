import { z } from 'zod';
import { ArchName } from '../documents/arch.js';
import { ImageName } from '../documents/field-formats.js';
import { GoldenImageCache } from '../documents/golden-image-cache.js';
import { CacheAnnouncement } from '../events/host-cache-events.js';
import { Reason, RequestId } from './life-requests.js';
import { Actor } from './requests.js';
import { VmHost } from './vm-reports.js';

/** Tells caches apart, whatever name their hosts have on record. */
export const CacheId = z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hex digits');

const { shape } = GoldenImageCache;

/** What an image is cached as, when it makes an entry of the record. */
const CachedEntry = z.object({
  ...{ host: shape.host, imageName: shape.image_name, version: shape.image_version, arch: shape.arch },
  ...{ sha256: shape.checksum, path: shape.storage_path, format: shape.storage_format },
  ...{ ttlDays: shape.ttl_days, cachedAt: shape.cached_at, expiresAt: shape.expires_at },
});

/**
 * `announceHostCache`: what happened to the cache of a host, told by it. Safe to repeat: what is known already is not recorded again.
 * With `cacheId` the name of the host is that cache's from then on, and CACHE_HOST_TAKEN when it is another's; `takeOver`: it is, all
 * the same. Of images and versions that nobody published nothing is recorded.
 */
export const AnnounceHostCache = z
  .strictObject({
    host: VmHost,
    actor: Actor,
    events: z.array(CacheAnnouncement).max(1000),
    cacheId: CacheId.optional(),
    takeOver: z.boolean().optional(),
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

/**
 * `forgetHostCache`: the host is gone for good. Safe to repeat with the same `requestId`, whatever happened since: what the first request
 * recorded is answered again; one that recorded nothing left no trace, and is new when it is repeated. Without one it forgets the host anew if that came back in between; one that is forgotten still is
 * not forgotten again. A host that announces something afterwards is on record with that, and with nothing from before.
 */
export const ForgetHostCache = z.strictObject({
  host: VmHost,
  actor: Actor,
  reason: Reason,
  requestId: RequestId.optional(),
});
export type ForgetHostCache = z.infer<typeof ForgetHostCache>;

/** What `forgetHostCache` answers. `recorded`: false where another request had it forgotten before. `entries`: how many this one had forgotten with it. */
export const ForgottenHostCache = z.object({
  host: z.string(),
  recorded: z.boolean(),
  entries: z.int().min(0),
});
export type ForgottenHostCache = z.infer<typeof ForgottenHostCache>;

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
  /** Whose name it is; absent: no cache said so yet. */
  cacheId: z.string().optional(),
  /** How many entries went, and how many were found damaged, since the host was last forgotten. */
  evicted: z.int().min(0),
  damaged: z.int().min(0),
});
export type HostCacheRecord = z.infer<typeof HostCacheRecord>;

const PullId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'expected 8 to 64 letters, digits and dashes');

/**
 * `pullToHost`: has a version in the cache of the host. Answered once it is there, or it failed, and otherwise within `waitMs`. It goes on
 * by itself; who asks again with the same `pullId` is told how far it is, or what became of it.
 */
export const HostPullRequest = z.strictObject({
  host: VmHost,
  pullId: PullId,
  image: ImageName,
  /** A number, `latest`, or `:` and a channel: the version that it names when the pull begins. */
  version: z.string().min(1).default('latest'),
  arch: ArchName.optional(),
  waitMs: z.int().min(0).max(10_000).default(0),
});
export type HostPullRequest = z.infer<typeof HostPullRequest>;

/** How far a pull to a host is. `entry`: as the host has it then; `filled`: it was not there before. A pull that failed is refused. */
export const HostPull = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('pulling'),
    host: z.string(),
    receivedBytes: z.int().min(0),
    totalBytes: z.int().min(0),
  }),
  z.object({
    state: z.literal('cached'),
    host: z.string(),
    filled: z.boolean(),
    fetchedBytes: z.int().min(0),
    entry: GoldenImageCache,
  }),
]);
export type HostPull = z.infer<typeof HostPull>;

/** What the cache of a host asks the registry for: to read the disk of a version that may be used, by its key. Answered as `ObjectGrant`. */
export const DiskGrantRequest = z.strictObject({ ask: z.enum(['head', 'get']), key: z.string().min(1) });
export type DiskGrantRequest = z.infer<typeof DiskGrantRequest>;
