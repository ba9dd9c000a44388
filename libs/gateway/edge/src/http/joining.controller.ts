import { Body, Controller, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { AgentId, AgentLabels, JoinAgent, subjects } from '@gild/contracts';
import { type Clock, Fault, type Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { CLOCK, MESSENGER } from '../tokens.js';
import { Actor } from './actor.js';
import { CallLimit } from './call-limit.js';

const TokenBody = z.strictObject({
  agent_id: AgentId.optional(),
  ttl_seconds: z.int().optional(),
  labels: AgentLabels.optional(),
});
const OfAgent = z.object({ agentId: AgentId });
const Because = z.strictObject({ reason: z.string().max(1000).optional() });
const MOST = { perCaller: 20, overall: 300 };

/** Letting agents into the farm, and putting them out of it. */
@Controller('v1')
export class JoiningController {
  readonly #limit: CallLimit;

  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#limit = new CallLimit(clock, MOST);
  }

  /** The right to join one agent; the answer is the only place where the token stands. None is made for an `agent_id` that was removed. */
  @Post('join-tokens')
  issue(@Body() body: unknown, @Actor() actor: string) {
    const { agent_id: agentId, ttl_seconds: ttlSeconds, labels } = parse(TokenBody, body ?? {});
    return this.messenger.request(subjects.issueJoinToken, {
      actor,
      ...(agentId === undefined ? {} : { agentId }),
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      ...(labels === undefined ? {} : { labels }),
    });
  }

  /** Open to everybody: what lets an agent in is the join token it shows. */
  @Post('agents/join')
  @HttpCode(200)
  join(@Body() body: unknown, @Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const seconds = this.#limit.take(request.socket.remoteAddress ?? '');
    if (seconds !== undefined) {
      response.setHeader('retry-after', String(seconds));
      throw new Fault('TOO_MANY_REQUESTS', `too many agents ask to join: try again in ${seconds} s`, {
        retryable: true,
      });
    }
    return this.messenger.request(subjects.joinAgent, parse(JoinAgent, body));
  }

  @Post('agents/:agentId/removal')
  @HttpCode(200)
  remove(@Param() path: unknown, @Body() body: unknown, @Actor() actor: string) {
    const { agentId } = parse(OfAgent, path);
    return this.messenger.request(subjects.removeAgent, { agentId, actor, ...parse(Because, body ?? {}) });
  }

  @Post('agents/:agentId/readmission')
  @HttpCode(200)
  readmit(@Param() path: unknown, @Body() body: unknown, @Actor() actor: string) {
    const { agentId } = parse(OfAgent, path);
    return this.messenger.request(subjects.readmitAgent, { agentId, actor, ...parse(Because, body ?? {}) });
  }
}
