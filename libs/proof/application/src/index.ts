export { auditService, type AuditService } from './audit/audit-service.js';
export { Notary, type NotaryState, SIGN_EVERY_MS } from './notary/notary.js';
export { type ProofDeps } from './proof-deps.js';
