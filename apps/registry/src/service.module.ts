import { type DynamicModule, Module } from '@nestjs/common';

/** Everything that the registry's process answers. */
@Module({})
export class RegistryServiceModule {
  static of(...imports: DynamicModule[]): DynamicModule {
    return { module: RegistryServiceModule, imports };
  }
}
