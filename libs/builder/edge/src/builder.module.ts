import { type DynamicModule, Module } from '@nestjs/common';
import type { Agent } from './agent/agent.js';
import { builderController } from './nats/builder.controller.js';
import { PLANNER } from './tokens.js';

/** An agent's answers behind their subjects. */
@Module({})
export class BuilderModule {
  static of({ agentId, plan }: Pick<Agent, 'agentId' | 'plan'>): DynamicModule {
    return {
      module: BuilderModule,
      controllers: [builderController(agentId)],
      providers: [{ provide: PLANNER, useValue: plan }],
    };
  }
}
