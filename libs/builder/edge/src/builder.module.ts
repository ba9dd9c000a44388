import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { BuilderController } from './nats/builder.controller.js';

/** An agent's answers behind their subjects. `providers` bind the tokens of `tokens.ts`. */
@Module({})
export class BuilderModule {
  static with(providers: Provider[]): DynamicModule {
    return { module: BuilderModule, controllers: [BuilderController], providers };
  }
}
