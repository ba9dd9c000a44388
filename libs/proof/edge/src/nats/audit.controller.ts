import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { subjects } from '@gild/contracts';
import type { AuditService } from '@gild/proof-application';
import { FaultRpcFilter } from '@gild/service-edge';
import { AUDIT } from '../tokens.js';

/** The requests of auditors. The service checks what it is sent. */
@Controller()
@UseFilters(FaultRpcFilter)
export class AuditController {
  constructor(@Inject(AUDIT) private readonly audit: AuditService) {}

  @MessagePattern(subjects.auditKey)
  key() {
    return this.audit.key();
  }

  @MessagePattern(subjects.auditKeys)
  keys(@Payload() payload: unknown) {
    return this.audit.keys(payload);
  }

  @MessagePattern(subjects.rotateKey)
  rotateKey(@Payload() payload: unknown) {
    return this.audit.rotateKey(payload);
  }

  @MessagePattern(subjects.revokeKey)
  revokeKey(@Payload() payload: unknown) {
    return this.audit.revokeKey(payload);
  }

  @MessagePattern(subjects.auditCheckpoint)
  checkpoint() {
    return this.audit.checkpoint();
  }

  @MessagePattern(subjects.auditProof)
  proof(@Payload() payload: unknown) {
    return this.audit.proof(payload);
  }

  @MessagePattern(subjects.provenance)
  provenance(@Payload() payload: unknown) {
    return this.audit.provenance(payload);
  }

  @MessagePattern(subjects.verifyHistory)
  verify(@Payload() payload: unknown) {
    return this.audit.verify(payload);
  }
}
