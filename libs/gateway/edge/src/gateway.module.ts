import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { AgentsController } from './http/agents.controller.js';
import { AuditController } from './http/audit.controller.js';
import { BuildsController } from './http/builds.controller.js';
import { FaultFilter } from './http/fault.filter.js';
import { HealthController } from './http/health.controller.js';
import { HistoryController } from './http/history.controller.js';
import { HostsController } from './http/hosts.controller.js';
import { ImagesController } from './http/images.controller.js';
import { JobsController } from './http/jobs.controller.js';
import { JoiningController } from './http/joining.controller.js';
import { LifeController } from './http/life.controller.js';
import { MetricsController } from './http/metrics.controller.js';
import { PolicyController } from './http/policy.controller.js';
import { TaskservsController } from './http/taskservs.controller.js';
import { TokenGuard } from './http/token.guard.js';
import { VmsController } from './http/vms.controller.js';

/** The HTTP API. `providers` bind the tokens of `tokens.ts`. */
@Module({})
export class GatewayModule {
  static with(providers: Provider[]): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [
        BuildsController,
        ImagesController,
        LifeController,
        PolicyController,
        JobsController,
        AgentsController,
        HistoryController,
        AuditController,
        JoiningController,
        TaskservsController,
        VmsController,
        HostsController,
        HealthController,
        MetricsController,
      ],
      providers: [
        ...providers,
        { provide: APP_FILTER, useClass: FaultFilter },
        { provide: APP_GUARD, useClass: TokenGuard },
      ],
    };
  }
}
