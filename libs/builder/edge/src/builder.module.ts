import { type DynamicModule, Module } from '@nestjs/common';
import type { Agent } from './agent/agent.js';
import { builderController } from './nats/builder.controller.js';
import { PLANNER } from './tokens.js';

/** An agent's answers behind their subjects. */
@Module({})
export class BuilderModule {
  static of({ arches, plan }: Pick<Agent, 'arches' | 'plan'>): DynamicModule {
    return {
      module: BuilderModule,
      controllers: [builderController(arches)],
      providers: [{ provide: PLANNER, useValue: plan }],
    };
  }
}
