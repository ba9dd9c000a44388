import { Controller, Inject, UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, NatsContext, Payload } from '@nestjs/microservices';
import { agentOfSubject, subjects } from '@gild/contracts';
import { FaultRpcFilter } from '@gild/service-edge';
import type { RegistryService } from '@gild/registry-application';
import { REGISTRY } from '../tokens.js';

/** The registry's requests. The service checks what it is sent. */
@Controller()
@UseFilters(FaultRpcFilter)
export class RegistryController {
  constructor(@Inject(REGISTRY) private readonly registry: RegistryService) {}

  @MessagePattern(subjects.prepareBuild)
  prepareBuild(@Payload() payload: unknown) {
    return this.registry.prepareBuild(payload);
  }

  @MessagePattern(subjects.previewBuild)
  previewBuild(@Payload() payload: unknown) {
    return this.registry.previewBuild(payload);
  }

  @MessagePattern(subjects.objectGrant('*'))
  grantObject(@Payload() payload: unknown, @Ctx() context: NatsContext) {
    return this.registry.grantObject(agentOfSubject(context.getSubject()) ?? '', payload);
  }

  @MessagePattern(subjects.diskGrant)
  grantDisk(@Payload() payload: unknown) {
    return this.registry.grantDisk(payload);
  }

  @MessagePattern(subjects.images)
  images(@Payload() payload: unknown) {
    return this.registry.images(payload);
  }

  @MessagePattern(subjects.outdated)
  outdated(@Payload() payload: unknown) {
    return this.registry.outdated(payload);
  }

  @MessagePattern(subjects.versions)
  versions(@Payload() payload: unknown) {
    return this.registry.versions(payload);
  }

  @MessagePattern(subjects.version)
  version(@Payload() payload: unknown) {
    return this.registry.version(payload);
  }

  @MessagePattern(subjects.sbom)
  sbom(@Payload() payload: unknown) {
    return this.registry.sbom(payload);
  }

  @MessagePattern(subjects.diff)
  diff(@Payload() payload: unknown) {
    return this.registry.diff(payload);
  }

  @MessagePattern(subjects.registry)
  document(@Payload() payload: unknown) {
    return this.registry.registryDocument(payload);
  }

  @MessagePattern(subjects.taskservs)
  taskservs(@Payload() payload: unknown) {
    return this.registry.taskservs(payload);
  }

  @MessagePattern(subjects.taskserv)
  taskserv(@Payload() payload: unknown) {
    return this.registry.taskserv(payload);
  }

  @MessagePattern(subjects.policy)
  policy(@Payload() payload: unknown) {
    return this.registry.policy(payload);
  }

  @MessagePattern(subjects.setPolicy)
  setPolicy(@Payload() payload: unknown) {
    return this.registry.setPolicy(payload);
  }

  @MessagePattern(subjects.changePolicy)
  changePolicy(@Payload() payload: unknown) {
    return this.registry.changePolicy(payload);
  }

  @MessagePattern(subjects.history)
  history(@Payload() payload: unknown) {
    return this.registry.history(payload);
  }

  @MessagePattern(subjects.reportVmStart)
  reportVmStart(@Payload() payload: unknown) {
    return this.registry.reportVmStart(payload);
  }

  @MessagePattern(subjects.reportVmStop)
  reportVmStop(@Payload() payload: unknown) {
    return this.registry.reportVmStop(payload);
  }

  @MessagePattern(subjects.vms)
  vms(@Payload() payload: unknown) {
    return this.registry.vms(payload);
  }

  @MessagePattern(subjects.vm)
  vm(@Payload() payload: unknown) {
    return this.registry.vm(payload);
  }

  @MessagePattern(subjects.announceHostCache)
  announceHostCache(@Payload() payload: unknown) {
    return this.registry.announceHostCache(payload);
  }

  @MessagePattern(subjects.forgetHostCache)
  forgetHostCache(@Payload() payload: unknown) {
    return this.registry.forgetHostCache(payload);
  }

  @MessagePattern(subjects.hostCache)
  hostCache(@Payload() payload: unknown) {
    return this.registry.hostCache(payload);
  }

  @MessagePattern(subjects.hostCaches)
  hostCaches(@Payload() payload: unknown) {
    return this.registry.hostCaches(payload);
  }

  @MessagePattern(subjects.verifyArtifact)
  verifyArtifact(@Payload() payload: unknown) {
    return this.registry.verifyArtifact(payload);
  }

  @MessagePattern(subjects.verifyRegistryViews)
  verifyViews() {
    return this.registry.verifyViews();
  }
}
