/** The application service that auditors ask. */
export const AUDIT = Symbol('AuditService');
