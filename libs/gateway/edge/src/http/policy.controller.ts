import { Body, Controller, Get, Inject, Patch, Put, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { MESSENGER } from '../tokens.js';
import { Actor } from './actor.js';
import { At } from './at-query.js';

/** The policy of the registry: limits, and defaults of definitions. */
@Controller('v1/policy')
export class PolicyController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  @Get()
  policy(@Query() query: unknown) {
    return this.messenger.request(subjects.policy, parse(At, query));
  }

  /** The whole policy: what the body leaves out gets its default. Repeated it changes nothing. */
  @Put()
  setPolicy(@Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.setPolicy, { policy: body ?? {}, actor });
  }

  /** The fields of the body; the others stay. Repeated it changes nothing. */
  @Patch()
  changePolicy(@Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.changePolicy, { changes: body ?? {}, actor });
  }
}
