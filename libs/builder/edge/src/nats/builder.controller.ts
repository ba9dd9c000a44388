import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type PlanReply, PlanRequest, subjects } from '@gild/contracts';
import { FaultRpcFilter, parsePayload } from '@gild/service-edge';
import { hostArch } from '@gild/node-runtime';
import { PLANNER } from '../tokens.js';

/** The requests any agent of an architecture answers. */
@Controller()
@UseFilters(FaultRpcFilter)
export class BuilderController {
  constructor(@Inject(PLANNER) private readonly plan: (request: PlanRequest) => Promise<PlanReply>) {}

  @MessagePattern(subjects.plan(hostArch()))
  answer(@Payload() payload: unknown): Promise<PlanReply> {
    return this.plan(parsePayload(PlanRequest, payload));
  }
}
