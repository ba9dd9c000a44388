import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { subjects } from '@gild/contracts';
import { FaultRpcFilter } from '@gild/service-edge';
import type { RegistryService } from '@gild/registry-application';
import { REGISTRY } from '../tokens.js';

/** Decisions about finished versions and their channels. The service checks what it is sent. */
@Controller()
@UseFilters(FaultRpcFilter)
export class LifeController {
  constructor(@Inject(REGISTRY) private readonly registry: RegistryService) {}

  @MessagePattern(subjects.promote)
  promote(@Payload() payload: unknown) {
    return this.registry.promote(payload);
  }

  @MessagePattern(subjects.rollBack)
  rollBack(@Payload() payload: unknown) {
    return this.registry.rollBack(payload);
  }

  @MessagePattern(subjects.removeChannel)
  removeChannel(@Payload() payload: unknown) {
    return this.registry.removeChannel(payload);
  }

  @MessagePattern(subjects.deprecate)
  deprecate(@Payload() payload: unknown) {
    return this.registry.deprecate(payload);
  }

  @MessagePattern(subjects.withdrawDeprecation)
  withdrawDeprecation(@Payload() payload: unknown) {
    return this.registry.withdrawDeprecation(payload);
  }

  @MessagePattern(subjects.revoke)
  revoke(@Payload() payload: unknown) {
    return this.registry.revoke(payload);
  }

  @MessagePattern(subjects.deleteVersion)
  deleteVersion(@Payload() payload: unknown) {
    return this.registry.deleteVersion(payload);
  }

  @MessagePattern(subjects.channels)
  channels(@Payload() payload: unknown) {
    return this.registry.channels(payload);
  }

  @MessagePattern(subjects.descendants)
  descendants(@Payload() payload: unknown) {
    return this.registry.descendants(payload);
  }
}
