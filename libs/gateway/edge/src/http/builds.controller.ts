import { Body, Controller, Headers, HttpCode, Inject, Post } from '@nestjs/common';
import {
  AgentForReply,
  BuildOptions,
  PlanReply,
  subjects,
  type PreparedBuild,
  type RequestBuildReply,
  type VersionPart,
} from '@gild/contracts';
import { Fault, type Ids, type Messenger } from '@gild/ports';
import { z } from 'zod';
import { IDS, MESSENGER } from '../tokens.js';
import { parsePayload as parse } from '@gild/service-edge';
import { Actor } from './actor.js';

const PLAN_TIMEOUT_MS = 180_000;
const BuildBody = z.strictObject({ definition: z.unknown(), options: BuildOptions.prefault({}) });

/** Asking for builds, and asking what a build would do. */
@Controller('v1')
export class BuildsController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(IDS) private readonly ids: Ids,
  ) {}

  /** `Idempotency-Key` makes a repeated request give the same job. `jobs`: one per architecture, where there are several. */
  @Post('builds')
  @HttpCode(202)
  async build(
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Actor() actor: string,
  ) {
    const { definition, options } = parse(BuildBody, body);
    const request = { requestId: key ?? this.ids.ulid(), actor, definition, options };
    const reply = (await this.messenger.request(subjects.requestBuild, request)) as RequestBuildReply;
    const ask = (id: string) => this.messenger.request(subjects.job, { jobId: id });
    const { jobId, jobIds = [jobId] } = reply;
    const [job, ...others] = await Promise.all(jobIds.map(ask));
    return { job, ...(others.length > 0 && { jobs: [job, ...others] }), created: reply.created };
  }

  @Post('validate')
  @HttpCode(200)
  async validate(@Body() body: unknown) {
    const { definition, options } = parse(BuildBody, body);
    return this.messenger.request(subjects.previewBuild, { definition, options });
  }

  @Post('plan')
  @HttpCode(200)
  async plan(@Body() body: unknown) {
    const { definition, options } = parse(BuildBody, body);
    const build = (await this.messenger.request(subjects.previewBuild, {
      definition,
      options,
    })) as PreparedBuild;
    if (build.parts !== undefined) throw planOfSeveral(build.imageName, build.parts);
    const request = { inputDigest: build.inputDigest, useCache: options.useCache };
    const { agentId } = await this.agentFor(build);
    const timeoutMs = PLAN_TIMEOUT_MS;
    const reply = await this.messenger.request(subjects.plan(agentId), request, { timeoutMs });
    return { build, steps: PlanReply.parse(reply).steps };
  }

  private async agentFor({ arch, definition }: PreparedBuild): Promise<AgentForReply> {
    const { base_os: distribution, os_version: release } = definition;
    const wanted = { arch, distribution, release };
    return AgentForReply.parse(await this.messenger.request(subjects.agentFor, wanted));
  }
}

/** Each architecture's layers are cached on other agents. */
const planOfSeveral = (image: string, parts: readonly VersionPart[]): Fault => {
  const arches = parts.map(({ arch }) => arch).join(', ');
  return new Fault(
    'INVALID_REQUEST',
    `${image} is built for ${arches}: a plan is for one of them, choose it with --arch`,
  );
};
