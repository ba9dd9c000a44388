import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { MESSENGER } from '../tokens.js';
import { Now } from './at-query.js';

/** The catalogue of what can be installed into images. */
@Controller('v1/taskservs')
export class TaskservsController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  @Get()
  taskservs(@Query() query: unknown) {
    return this.messenger.request(subjects.taskservs, parse(Now, query));
  }

  @Get(':name')
  taskserv(@Param('name') name: string, @Query() query: unknown) {
    parse(Now, query);
    return this.messenger.request(subjects.taskserv, { name });
  }
}
