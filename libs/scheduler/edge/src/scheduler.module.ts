import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { SchedulerController } from './nats/scheduler.controller.js';

/** The scheduler behind its subjects. `providers` bind the tokens of `tokens.ts`. */
@Module({})
export class SchedulerModule {
  static with(providers: Provider[]): DynamicModule {
    return { module: SchedulerModule, controllers: [SchedulerController], providers };
  }
}
