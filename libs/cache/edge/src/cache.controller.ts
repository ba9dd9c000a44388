import { Controller, Inject, type Type, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { HostPulls } from '@gild/cache-application';
import { type HostPull, HostPullRequest, subjects } from '@gild/contracts';
import { FaultRpcFilter, parsePayload } from '@gild/service-edge';
import { HOST_PULLS } from './tokens.js';

/** The requests that the cache manager of this host answers. */
export const cacheController = (host: string): Type => {
  @Controller()
  @UseFilters(FaultRpcFilter)
  class CacheController {
    constructor(@Inject(HOST_PULLS) private readonly pulls: HostPulls) {}

    @MessagePattern(subjects.pullToHost(host))
    pull(@Payload() payload: unknown): Promise<HostPull> {
      return this.pulls.pull(parsePayload(HostPullRequest, payload));
    }
  }
  return CacheController;
};
