import {
  AnnounceHostCache,
  type CacheAnnouncement,
  type ForgottenHostCache,
  type HostCacheRecord,
} from '@gild/contracts';
import type { MomentOf } from '@gild/application-core';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, HostCacheQuery, parseRequest } from '../requests.js';
import type { ImagesState } from '../views/images-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { hostCacheRecord, hostCacheRecords } from './cache-documents.js';
import { cacheRefusal } from './cache-refusals.js';
import { decideOnHostCache } from './decide-on-host-cache.js';
import { forgetHostCache } from './forget-host-cache.js';

/** What hosts announce of their caches, and questions about that. */
export type HostCacheRequests = {
  /**
   * `AnnounceHostCache`. What is on record already is not recorded again, and nothing of versions that nobody published. Answers the
   * record as it is then. Fault: CACHE_HOST_TAKEN.
   */
  announceHostCache(request: unknown): Promise<HostCacheRecord>;
  /**
   * `ForgetHostCache`. Faults: CACHE_HOST_NOT_FOUND; CACHE_HOST_IN_USE while machines are on record that run there; INVALID_REQUEST where
   * the `requestId` is of another request.
   */
  forgetHostCache(request: unknown): Promise<ForgottenHostCache>;
  /** `{ host, at? }`: empty for a host that never announced anything, or nothing since it was forgotten. */
  hostCache(query: unknown): Promise<HostCacheRecord>;
  /** `{ at? }`, by host. */
  hostCaches(query?: unknown): Promise<HostCacheRecord[]>;
};

type Given = { deps: RegistryDeps; views: RegistryViews; momentOf: MomentOf };

export const hostCacheRequests = ({ deps, views, momentOf }: Given): HostCacheRequests => ({
  announceHostCache: async (request) => {
    const announcement = parseRequest(AnnounceHostCache, request);
    const isKnown = isPublished(await views.images());
    await record({ ...announcement, events: announcement.events.filter(isKnown) }, deps);
    return hostCacheRecord(await views.hostCaches(), announcement.host);
  },
  forgetHostCache: (request) => forgetHostCache(request, { deps, views }),
  hostCache: async (query) => {
    const asked = parseRequest(HostCacheQuery, query);
    return hostCacheRecord(await views.hostCaches(await momentOf(asked)), asked.host);
  },
  hostCaches: async (query) =>
    hostCacheRecords(await views.hostCaches(await momentOf(parseRequest(AtQuery, query)))),
});

/** A host may only say that it holds what there is; that something went from it is true of anything it had. */
const isPublished =
  (images: ImagesState) =>
  ({ type, data }: CacheAnnouncement): boolean =>
    type !== 'ImageCached' || images.get(data.imageName)?.versions.has(data.version) === true;

const record = async ({ actor, ...announced }: AnnounceHostCache, deps: RegistryDeps): Promise<void> => {
  const { host, cacheId } = announced;
  const asked = { actor, commandId: deps.ids.uuid() };
  const decision = await decideOnHostCache({ type: 'AnnounceCache', data: announced }, asked, deps);
  if (!decision.ok) throw cacheRefusal(decision.rejection, { host, asking: cacheId });
};
