import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { MESSENGER } from '../tokens.js';
import { Actor } from './actor.js';
import { At } from './at-query.js';

/** `standing`: several with commas between them. A filter that is none would list machines nobody asked for. */
const List = z.strictObject({
  ...At.shape,
  image: z.string().optional(),
  version: z.string().optional(),
  host: z.string().optional(),
  state: z.string().optional(),
  standing: z
    .string()
    .transform((text) => text.split(','))
    .optional(),
});
const Start = z.strictObject({
  image: z.string(),
  version: z.string().optional(),
  host: z.string(),
  arch: z.string().optional(),
});
const Stop = z.strictObject({ reason: z.string().optional() });

/**
 * Virtual machines as they are reported. Each report answers the machine as it is then; it may be repeated, a start where it names its
 * version by the number.
 */
@Controller('v1/vms')
export class VmsController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  @Get()
  vms(@Query() query: unknown) {
    return this.messenger.request(subjects.vms, parse(List, query));
  }

  @Get(':vmId')
  vm(@Param('vmId') vmId: string, @Query() query: unknown) {
    return this.messenger.request(subjects.vm, { vmId, ...parse(At, query) });
  }

  @Post(':vmId/start')
  @HttpCode(200)
  start(@Param('vmId') vmId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.reportVmStart, { vmId, actor, ...parse(Start, body) });
  }

  @Post(':vmId/stop')
  @HttpCode(200)
  stop(@Param('vmId') vmId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.reportVmStop, { vmId, actor, ...parse(Stop, body ?? {}) });
  }
}
