import {
  AnnounceHostCache,
  type CacheAnnouncement,
  HostCacheEvent,
  type HostCacheRecord,
  streams,
} from '@gild/contracts';
import { eventParser, loadDecideAppend, type MomentOf } from '@gild/application-core';
import { cacheRecord } from '@gild/cache-domain';
import { Fault, type NewEvent } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, HostCacheQuery, parseRequest } from '../requests.js';
import type { ImagesState } from '../views/images-view.js';
import type { RegistryViews } from '../views/registry-views.js';
import { hostCacheRecord, hostCacheRecords } from './cache-documents.js';

/** What hosts announce of their caches, and questions about that. */
export type HostCacheRequests = {
  /**
   * `AnnounceHostCache`. What is on record already is not recorded again, and nothing of versions that nobody published. Answers the
   * record as it is then. Fault: CACHE_HOST_TAKEN.
   */
  announceHostCache(request: unknown): Promise<HostCacheRecord>;
  /** `{ host, at? }`: empty for a host that never announced anything. */
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
  hostCache: async (query) => {
    const asked = parseRequest(HostCacheQuery, query);
    return hostCacheRecord(await views.hostCaches(await momentOf(asked)), asked.host);
  },
  hostCaches: async (query) =>
    hostCacheRecords(await views.hostCaches(await momentOf(parseRequest(AtQuery, query)))),
});

const parse = eventParser(HostCacheEvent);

/** A host may only say that it holds what there is; that something went from it is true of anything it had. */
const isPublished =
  (images: ImagesState) =>
  ({ type, data }: CacheAnnouncement): boolean =>
    type !== 'ImageCached' || images.get(data.imageName)?.versions.has(data.version) === true;

/** What leaves a cache, or is damaged in it, came into it before. */
const isCachingOf = ({ type, data }: NewEvent, { type: now, data: copy }: HostCacheEvent): boolean =>
  now !== 'ImageCached' &&
  now !== 'HostCacheNamed' &&
  type === 'ImageCached' &&
  data['imageName'] === copy.imageName &&
  data['version'] === copy.version &&
  data['arch'] === copy.arch;

const record = async ({ actor, ...announced }: AnnounceHostCache, deps: RegistryDeps): Promise<void> => {
  const { host, cacheId } = announced;
  const commandId = deps.ids.uuid();
  const decision = await loadDecideAppend(deps, {
    ...{ decider: cacheRecord, parse, stream: streams.hostCache(host) },
    command: { type: 'AnnounceCache', data: announced },
    leads: isCachingOf,
    context: {
      ...{ actor, now: deps.clock.now(), commandId },
      ...{ correlationId: commandId, causationId: commandId },
    },
  });
  if (!decision.ok) throw taken(host, decision.rejection.cacheId, cacheId ?? '');
};

const taken = (host: string, owner: string, asking: string): Fault =>
  new Fault(
    'CACHE_HOST_TAKEN',
    `${host} is on record as the name of another cache (${owner}) than this one (${asking}): give this one a name of its own with GILD_CACHE_HOST or --host, or, where the other is gone for good, gild cache take-over --host ${host} --id ${asking}`,
    { details: { host, owner } },
  );
