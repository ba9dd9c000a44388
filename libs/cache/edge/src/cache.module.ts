import { type DynamicModule, Module } from '@nestjs/common';
import type { HostPulls } from '@gild/cache-application';
import { cacheController } from './cache.controller.js';
import { HOST_PULLS } from './tokens.js';

/** What a host answers whose cache is kept. */
@Module({})
export class CacheModule {
  static of(host: string, pulls: HostPulls): DynamicModule {
    return {
      module: CacheModule,
      controllers: [cacheController(host)],
      providers: [{ provide: HOST_PULLS, useValue: pulls }],
    };
  }
}
