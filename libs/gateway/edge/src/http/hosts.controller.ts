import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { MESSENGER } from '../tokens.js';
import { Actor } from './actor.js';
import { At } from './at-query.js';

const Announcement = z.strictObject({ events: z.array(z.unknown()) });

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
    const { events } = parse(Announcement, body ?? {});
    return this.messenger.request(subjects.announceHostCache, { host, actor, events });
  }
}
