import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { LifeController } from './nats/life.controller.js';
import { RegistryController } from './nats/registry.controller.js';

/** The registry behind its subjects. `providers` bind the tokens of `tokens.ts`. */
@Module({})
export class RegistryModule {
  static with(providers: Provider[]): DynamicModule {
    return { module: RegistryModule, controllers: [LifeController, RegistryController], providers };
  }
}
