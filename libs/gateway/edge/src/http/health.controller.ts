import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { subjects } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { FARM, type FarmKind, MESSENGER } from '../tokens.js';

/** `live`: the process answers, and says what kind of farm it belongs to. `ready`: the services behind it answer too. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(MESSENGER) private readonly messenger: Messenger,
    @Inject(FARM) private readonly farm: { kind: FarmKind },
  ) {}

  @Get('live')
  live() {
    return { status: 'live', farm: this.farm.kind };
  }

  @Get('ready')
  async ready() {
    const answers = await Promise.allSettled(
      [subjects.policy, subjects.agents].map((subject) =>
        this.messenger.request(subject, {}, { timeoutMs: 2_000 }),
      ),
    );
    const [registry, scheduler] = answers.map(({ status }) => status === 'fulfilled');
    if (registry === true && scheduler === true) return { status: 'ready' };
    throw new ServiceUnavailableException({ status: 'not ready', registry, scheduler });
  }
}
