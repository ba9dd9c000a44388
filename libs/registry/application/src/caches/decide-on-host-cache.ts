import { HostCacheEvent, streams } from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
import { type AnnounceCache, cacheRecord, type CacheRefusal, type ForgetHost } from '@gild/cache-domain';
import type { Decision } from '@gild/kernel';
import type { NewEvent } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';

const parse = eventParser(HostCacheEvent);

/** What leaves a cache, or is damaged in it, came into it before. */
const isCachingOf = ({ type, data }: NewEvent, { type: now, data: copy }: HostCacheEvent): boolean =>
  (now === 'CacheEntryEvicted' || now === 'CacheEntryDamaged') &&
  type === 'ImageCached' &&
  data['imageName'] === copy.imageName &&
  data['version'] === copy.version &&
  data['arch'] === copy.arch;

/** Who asks; the same `commandId` records once. `requestId`: what somebody made once, where one was named. */
type Asked = { actor: string; commandId: string; requestId?: string | undefined };

/** Records what is decided on the cache of a host. */
export const decideOnHostCache = (
  command: AnnounceCache | ForgetHost,
  { actor, commandId, requestId = commandId }: Asked,
  deps: RegistryDeps,
): Promise<Decision<HostCacheEvent, CacheRefusal>> =>
  loadDecideAppend(deps, {
    ...{ decider: cacheRecord, parse, command, leads: isCachingOf },
    stream: streams.hostCache(command.data.host),
    context: {
      ...{ actor, now: deps.clock.now(), commandId },
      ...{ correlationId: requestId, causationId: requestId },
    },
  });
