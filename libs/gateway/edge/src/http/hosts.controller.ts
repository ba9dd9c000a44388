import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { HostCacheRecord, HostPullRequest, subjects } from '@gild/contracts';
import { Fault, faultCode, type Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { MESSENGER } from '../tokens.js';
import { Actor, Asking } from './actor.js';
import { At } from './at-query.js';

const Announcement = z.strictObject({
  events: z.array(z.unknown()),
  cacheId: z.unknown().optional(),
  takeOver: z.unknown().optional(),
});
const Why = z.strictObject({ reason: z.string() });
const Pull = HostPullRequest.omit({ host: true });

/** The caches of hosts, as they are on record; a host announces what happened to its own. */
@Controller('v1/hosts')
export class HostsController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  @Get('cache')
  hostCaches(@Query() query: unknown) {
    return this.messenger.request(subjects.hostCaches, parse(At, query));
  }

  @Get(':host/cache')
  hostCache(@Param('host') host: string, @Query() query: unknown) {
    return this.messenger.request(subjects.hostCache, { host, ...parse(At, query) });
  }

  /** Safe to repeat: what is known already is not recorded again. Answers the record as it is then. */
  @Post(':host/cache')
  @HttpCode(200)
  announce(@Param('host') host: string, @Body() body: unknown, @Actor() actor: string) {
    const announcement = parse(Announcement, body ?? {});
    return this.messenger.request(subjects.announceHostCache, { host, actor, ...announcement });
  }

  /**
   * The host is gone for good. Safe to repeat with the same `Idempotency-Key` where that recorded anything; without one a host that came back in between is forgotten
   * anew.
   */
  @Post(':host/cache/forgetting')
  @HttpCode(200)
  forget(@Param('host') host: string, @Body() body: unknown, @Asking() { actor, key }: Asking) {
    const request = { host, actor, ...parse(Why, body), ...(key !== undefined && { requestId: key }) };
    return this.messenger.request(subjects.forgetHostCache, request);
  }

  /**
   * Has an image in the cache of that host; answered with how far that is within `waitMs`. Safe to repeat, with the same `pullId`. Faults:
   * CACHE_HOST_NOT_FOUND when nobody knows the host, UNAVAILABLE when its cache manager does not answer.
   */
  @Post(':host/cache/pulls')
  @HttpCode(200)
  async pull(@Param('host') host: string, @Body() body: unknown) {
    const request = parse(HostPullRequest, { host, ...parse(Pull, body ?? {}) });
    try {
      return await this.messenger.request(subjects.pullToHost(host), request);
    } catch (error) {
      if (faultCode(error) !== 'UNAVAILABLE') throw error;
      throw await this.whyUnanswered(host, error);
    }
  }

  private async whyUnanswered(host: string, cause: unknown): Promise<Fault> {
    const record = HostCacheRecord.parse(await this.messenger.request(subjects.hostCache, { host }));
    const { cacheId, entries, evicted, damaged } = record;
    const isKnown = cacheId !== undefined || entries.length + evicted + damaged > 0;
    return isKnown
      ? new Fault(
          'UNAVAILABLE',
          `the cache manager of ${host} does not answer: is it running there, or gild up? ${(cause as Fault).message}`,
          { cause, retryable: true },
        )
      : new Fault(
          'CACHE_HOST_NOT_FOUND',
          `no host ${host} is on record with a cache, and none of that name answers; gild cache ls --all-hosts lists what is, and GILD_CACHE_HOST names a cache manager`,
          { cause },
        );
  }
}
