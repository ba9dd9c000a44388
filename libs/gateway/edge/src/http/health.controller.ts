import { Controller, Get, Inject, Optional, ServiceUnavailableException } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import type { OperationsPages } from '@gild/service-edge';
import { FARM, type FarmKind, MESSENGER, OPERATIONS } from '../tokens.js';

/**
 * `live`: the process answers, and says what kind of farm it belongs to. `ready`: the services behind it answer too, and
 * so does what else it needs.
 */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(FARM) private readonly farm: { kind: FarmKind },
    @Optional() @Inject(OPERATIONS) private readonly operations?: OperationsPages,
  ) {}

  @Get('live')
  live() {
    return { status: 'live', farm: this.farm.kind };
  }

  @Get('ready')
  async ready() {
    const [registry, scheduler, report] = await Promise.all([
      this.answers(subjects.policy),
      this.answers(subjects.agents),
      this.operations?.ready(),
    ]);
    const { status, ...checks } = report ?? { status: 'ready' };
    if (status !== 'ready') throw new ServiceUnavailableException({ status, registry, scheduler, ...checks });
    if (registry && scheduler) return { status, ...checks };
    throw new ServiceUnavailableException({ status: 'not ready', registry, scheduler, ...checks });
  }

  private answers(subject: string): Promise<boolean> {
    return this.messenger.request(subject, {}, { timeoutMs: 2_000 }).then(
      () => true,
      () => false,
    );
  }
}
