export { auditService, type AuditService } from './audit/audit-service.js';
export { Notary, type NotaryState, SIGN_EVERY_MS } from './notary/notary.js';
export { recordedKeys } from './keys/recorded-keys.js';
export { type KeyRotation, type ProofDeps } from './proof-deps.js';
