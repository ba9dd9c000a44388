export { auditService, type AuditService } from './audit/audit-service.js';
export { type BackupReport, backUp } from './backup/back-up.js';
export { type BackupDeps, type Course, type Progress, type Truth } from './backup/backup-deps.js';
export { type BackupPlace, type Lack, type Manifest } from './backup/manifest.js';
export { restore, type RestoreReport } from './backup/restore.js';
export { type BackupVerdict, verifyBackup } from './backup/verify-backup.js';
export { Notary, type NotaryState, SIGN_EVERY_MS } from './notary/notary.js';
export { recordedKeys } from './keys/recorded-keys.js';
export { type KeyRotation, type ProofDeps } from './proof-deps.js';
