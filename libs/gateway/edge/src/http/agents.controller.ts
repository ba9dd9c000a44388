import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { MESSENGER } from '../tokens.js';
import { Actor } from './actor.js';
import { At } from './at-query.js';

const Nothing = z.strictObject({});
const Reason = z.strictObject({ reason: z.string().optional() });
const Why = z.strictObject({ reason: z.string() });

/** Agents, and what people decide about them; each answers the agent as it is then, and may be repeated. */
@Controller('v1/agents')
export class AgentsController {
  constructor(@Inject(MESSENGER) private readonly messenger: Messenger) {}

  @Get()
  agents(@Query() query: unknown) {
    return this.messenger.request(subjects.agents, parse(At, query));
  }

  @Post(':agentId/drain')
  @HttpCode(200)
  drain(@Param('agentId') agentId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.drainAgent, { agentId, actor, ...parse(Reason, body ?? {}) });
  }

  @Post(':agentId/resumption')
  @HttpCode(200)
  resume(@Param('agentId') agentId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.resumeAgent, { agentId, actor, ...parse(Nothing, body ?? {}) });
  }

  @Post(':agentId/quarantine')
  @HttpCode(200)
  quarantine(@Param('agentId') agentId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.quarantineAgent, { agentId, actor, ...parse(Why, body) });
  }

  @Post(':agentId/release')
  @HttpCode(200)
  release(@Param('agentId') agentId: string, @Body() body: unknown, @Actor() actor: string) {
    return this.messenger.request(subjects.releaseAgent, { agentId, actor, ...parse(Reason, body ?? {}) });
  }
}
