import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Ids, Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { IDS, MESSENGER } from '../tokens.js';
import { Asking } from './actor.js';
import { At } from './at-query.js';

const reason = { reason: z.string().optional() };
const Reason = z.strictObject(reason);
const Promotion = z.strictObject({ version: z.string(), ...reason });
const Rollback = z.strictObject({ to: z.string().optional(), reason: z.string() });
const Deprecation = z.strictObject({ replacement: z.string().optional(), ...reason });
const Revocation = z.strictObject({
  reason: z.string(),
  descendants: z.boolean().optional(),
  roll_back: z.boolean().optional(),
});
const Deletion = z.strictObject({ force: z.boolean().optional(), ...reason });

/**
 * Channels, and what people decide about finished versions. A version is a number, `latest`, or a channel after a colon.
 * Repeated with the same `Idempotency-Key`, a decision is made once.
 */
@Controller('v1/images/:image')
export class LifeController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  @Get('channels')
  channels(@Param('image') image: string, @Query() query: unknown) {
    return this.messenger.request(subjects.channels, { image, ...parse(At, query) });
  }

  @Post('channels/:channel/promotion')
  @HttpCode(200)
  promote(@Param() of: { image: string; channel: string }, @Body() body: unknown, @Asking() asking: Asking) {
    return this.decide(subjects.promote, { ...of, ...parse(Promotion, body) }, asking);
  }

  @Post('channels/:channel/rollback')
  @HttpCode(200)
  rollBack(@Param() of: { image: string; channel: string }, @Body() body: unknown, @Asking() asking: Asking) {
    return this.decide(subjects.rollBack, { ...of, ...parse(Rollback, body) }, asking);
  }

  @Delete('channels/:channel')
  removeChannel(
    @Param() of: { image: string; channel: string },
    @Query() query: unknown,
    @Asking() asking: Asking,
  ) {
    return this.decide(subjects.removeChannel, { ...of, ...parse(Reason, query) }, asking);
  }

  @Get('versions/:version/descendants')
  descendants(@Param() of: { image: string; version: string }, @Query() query: unknown) {
    return this.messenger.request(subjects.descendants, { ...of, ...parse(At, query) });
  }

  @Post('versions/:version/deprecation')
  @HttpCode(200)
  deprecate(
    @Param() of: { image: string; version: string },
    @Body() body: unknown,
    @Asking() asking: Asking,
  ) {
    return this.decide(subjects.deprecate, { ...of, ...parse(Deprecation, body ?? {}) }, asking);
  }

  @Delete('versions/:version/deprecation')
  withdrawDeprecation(
    @Param() of: { image: string; version: string },
    @Query() query: unknown,
    @Asking() asking: Asking,
  ) {
    return this.decide(subjects.withdrawDeprecation, { ...of, ...parse(Reason, query) }, asking);
  }

  @Post('versions/:version/revocation')
  @HttpCode(200)
  revoke(@Param() of: { image: string; version: string }, @Body() body: unknown, @Asking() asking: Asking) {
    const { roll_back: rollBack, ...revocation } = parse(Revocation, body);
    return this.decide(subjects.revoke, { ...of, ...revocation, rollBack }, asking);
  }

  @Post('versions/:version/deletion')
  @HttpCode(200)
  deleteVersion(
    @Param() of: { image: string; version: string },
    @Body() body: unknown,
    @Asking() asking: Asking,
  ) {
    return this.decide(subjects.deleteVersion, { ...of, ...parse(Deletion, body ?? {}) }, asking);
  }

  private decide(subject: string, request: object, { actor, key }: Asking) {
    return this.messenger.request(subject, { requestId: key ?? this.ids.ulid(), actor, ...request });
  }
}
