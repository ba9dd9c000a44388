import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Ids, Messenger } from '@gild/ports';
import { parsePayload as parse } from '@gild/service-edge';
import { z } from 'zod';
import { IDS, MESSENGER } from '../tokens.js';
import { Asking } from './actor.js';
import { At, Now } from './at-query.js';

const Located = z.object({ image_name: z.string(), version: z.string() });
const Kept = z.strictObject({ checkpoint: z.string().optional() });
const Rotation = z.strictObject({ reason: z.string().optional() });
const Revocation = z.strictObject({ reason: z.string(), since: z.string().optional() });
const READING_TIMEOUT_MS = 600_000;

/** What proves the history to somebody who does not take our word for it. */
@Controller('v1/audit')
export class AuditController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  @Get('key')
  key(@Query() query: unknown) {
    parse(Now, query);
    return this.messenger.request(subjects.auditKey, {});
  }

  /** Every key that the history or provenance was ever signed with. */
  @Get('keys')
  keys(@Query() query: unknown) {
    return this.messenger.request(subjects.auditKeys, parse(At, query));
  }

  /** The farm makes a new key and signs with it from here on. */
  @Post('keys')
  @HttpCode(200)
  rotate(@Body() body: unknown, @Asking() { actor, key }: Asking) {
    const asked = { requestId: key ?? this.ids.ulid(), actor, ...parse(Rotation, body ?? {}) };
    return this.messenger.request(subjects.rotateKey, asked);
  }

  @Post('keys/:key/revocation')
  @HttpCode(200)
  revoke(@Param('key') keyId: string, @Body() body: unknown, @Asking() { actor, key }: Asking) {
    const asked = { requestId: key ?? this.ids.ulid(), actor, keyId, ...parse(Revocation, body) };
    return this.messenger.request(subjects.revokeKey, asked);
  }

  @Get('checkpoint')
  checkpoint(@Query() query: unknown) {
    parse(Now, query);
    return this.messenger.request(subjects.auditCheckpoint, {});
  }

  @Get('proof/:image/:version')
  async proof(@Param('image') image: string, @Param('version') version: string, @Query() query: unknown) {
    parse(Now, query);
    const found = parse(Located, await this.messenger.request(subjects.version, { image, version }));
    const exact = { image: found.image_name, version: found.version };
    return this.messenger.request(subjects.auditProof, exact, { timeoutMs: READING_TIMEOUT_MS });
  }

  /** Reads the whole history. */
  @Post('verification')
  @HttpCode(200)
  verify(@Body() body: unknown) {
    return this.messenger.request(subjects.verifyHistory, parse(Kept, body ?? {}), {
      timeoutMs: READING_TIMEOUT_MS,
    });
  }
}
