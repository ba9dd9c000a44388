import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { AuditController } from './nats/audit.controller.js';

/** The proof of the history behind its subjects. `providers` bind the tokens of `tokens.ts`. */
@Module({})
export class ProofModule {
  static with(providers: Provider[]): DynamicModule {
    return { module: ProofModule, controllers: [AuditController], providers };
  }
}
