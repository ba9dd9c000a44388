import { AnnounceHostCache, HostCacheEvent, type HostCacheRecord, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend, type MomentOf } from '@gild/application-core';
import { cacheRecord } from '@gild/cache-domain';
import type { NewEvent } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';
import { AtQuery, HostCacheQuery, parseRequest } from '../requests.js';
import type { RegistryViews } from '../views/registry-views.js';
import { hostCacheRecord, hostCacheRecords } from './cache-documents.js';

/** What hosts announce of their caches, and questions about that. */
export type HostCacheRequests = {
  /** `AnnounceHostCache`. What is on record already is not recorded again. Answers the record as it is then. */
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
    await record(announcement, deps);
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

/** What leaves a cache, or is damaged in it, came into it before. */
const isCachingOf = ({ type, data }: NewEvent, { type: now, data: copy }: HostCacheEvent): boolean =>
  now !== 'ImageCached' &&
  type === 'ImageCached' &&
  data['imageName'] === copy.imageName &&
  data['version'] === copy.version &&
  data['arch'] === copy.arch;

const record = async ({ host, actor, events }: AnnounceHostCache, deps: RegistryDeps): Promise<void> => {
  const commandId = deps.ids.uuid();
  await loadDecideAppend(deps, {
    ...{ decider: cacheRecord, parse, stream: streams.hostCache(host) },
    command: { type: 'AnnounceCache', data: { events } },
    leads: isCachingOf,
    context: {
      ...{ actor, now: deps.clock.now(), commandId },
      ...{ correlationId: commandId, causationId: commandId },
    },
  });
};
