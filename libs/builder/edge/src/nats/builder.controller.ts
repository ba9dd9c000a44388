import { Controller, Inject, type Type, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type PlanReply, PlanRequest, subjects } from '@gild/contracts';
import { FaultRpcFilter, parsePayload } from '@gild/service-edge';
import { PLANNER } from '../tokens.js';

/** The requests that this agent answers. */
export const builderController = (agentId: string): Type => {
  @Controller()
  @UseFilters(FaultRpcFilter)
  class BuilderController {
    constructor(@Inject(PLANNER) private readonly plan: (request: PlanRequest) => Promise<PlanReply>) {}

    @MessagePattern(subjects.plan(agentId))
    answer(@Payload() payload: unknown): Promise<PlanReply> {
      return this.plan(parsePayload(PlanRequest, payload));
    }
  }
  return BuilderController;
};
