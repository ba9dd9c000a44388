import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import {
  BuildOptions,
  PlanReply,
  subjects,
  type PreparedBuild,
  type RequestBuildReply,
} from '@gild/contracts';
import type { Ids, Messenger } from '@gild/ports';
import { z } from 'zod';
import { IDS, MESSENGER } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { askingActor } from './asking-actor.js';

const PLAN_TIMEOUT_MS = 180_000;
const BuildBody = z.strictObject({ definition: z.unknown(), options: BuildOptions.prefault({}) });

const SeveralArches = z.object({ arch: z.tuple([BuildOptions.shape.arch.unwrap()], z.unknown()) });

/** Undefined when the definition names one architecture, none, or what is none. */
const firstArch = (definition: unknown): BuildOptions['arch'] =>
  SeveralArches.safeParse(definition).data?.arch[0];

/** Asking for builds, and asking what a build would do. */
@Controller('v1')
export class BuildsController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** `Idempotency-Key` makes a repeated request give the same job. */
  @Post('builds')
  @HttpCode(202)
  async build(
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('gild-actor') actor?: string,
  ) {
    const { definition, options } = parse(BuildBody, body);
    const request = { requestId: key ?? this.ids.ulid(), actor: askingActor(actor), definition, options };
    const reply = (await this.messenger.request(subjects.requestBuild, request)) as RequestBuildReply;
    const job = await this.messenger.request(subjects.job, { jobId: reply.jobId });
    return { job, created: reply.created };
  }

  /** Of a definition for several architectures the preview is the one for the first: it is valid for all or none. */
  @Post('validate')
  @HttpCode(200)
  async validate(@Body() body: unknown) {
    const { definition, options } = parse(BuildBody, body);
    const arch = options.arch ?? firstArch(definition);
    return this.messenger.request(subjects.previewBuild, { definition, options: { ...options, arch } });
  }

  @Post('plan')
  @HttpCode(200)
  async plan(@Body() body: unknown) {
    const { definition, options } = parse(BuildBody, body);
    const build = (await this.messenger.request(subjects.previewBuild, {
      definition,
      options,
    })) as PreparedBuild;
    const request = { inputDigest: build.inputDigest, useCache: options.useCache };
    const reply = await this.messenger.request(subjects.plan(build.arch), request, {
      timeoutMs: PLAN_TIMEOUT_MS,
    });
    return { build, steps: PlanReply.parse(reply).steps };
  }
}
