import type { ErrorCode } from '@gild/contracts';

/** HTTP status of every refusal (RFC 9110 §15). */
export const statusOf = {
  INVALID_DOCUMENT: 422,
  INVALID_REQUEST: 400,
  IMAGE_NOT_FOUND: 404,
  VERSION_NOT_FOUND: 404,
  JOB_NOT_FOUND: 404,
  SUBJECT_NOT_FOUND: 404,
  ARTIFACT_NOT_FOUND: 404,
  VERSION_EXISTS: 409,
  JOB_ENDED: 409,
  FORBIDDEN_BY_POLICY: 403,
  ARTIFACT_DAMAGED: 500,
  CONFLICT: 409,
  PLAN_FAILED: 422,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
  INTERNAL: 500,
} as const satisfies Record<ErrorCode, number>;
