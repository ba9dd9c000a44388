/**
 * Every code a request may be refused with. Each edge (HTTP status, exit code) has one table over this list, so a new
 * code does not compile until every edge has answered it.
 */
export const errorCodes = [
  'INVALID_DOCUMENT',
  'INVALID_REQUEST',
  'IMAGE_NOT_FOUND',
  'VERSION_NOT_FOUND',
  'CHANNEL_NOT_FOUND',
  'JOB_NOT_FOUND',
  'AGENT_NOT_FOUND',
  'TASKSERV_NOT_FOUND',
  'VM_NOT_FOUND',
  'SUBJECT_NOT_FOUND',
  'ARTIFACT_NOT_FOUND',
  'VERSION_EXISTS',
  'VERSION_IN_USE',
  'VERSION_WITHDRAWN',
  'NOTHING_BEFORE',
  'JOB_ENDED',
  'FORBIDDEN_BY_POLICY',
  'JOIN_TOKEN_UNKNOWN',
  'JOIN_TOKEN_EXPIRED',
  'JOIN_TOKEN_USED',
  'JOIN_TOKEN_BOUND',
  'AGENT_ID_TAKEN',
  'AGENT_REMOVED',
  'AGENT_NOT_JOINED',
  'AGENT_INCOMPATIBLE',
  'TOO_MANY_REQUESTS',
  'ARTIFACT_DAMAGED',
  'NOT_SIGNED',
  'KEY_NOT_FOUND',
  'KEY_IN_USE',
  'KEY_REVOKED',
  'HISTORY_DIFFERS',
  'CACHE_ENTRY_NOT_FOUND',
  'CACHE_REQUEST_INVALID',
  'CACHE_DISABLED',
  'CACHE_FULL',
  'CACHE_IO',
  'CACHE_HOST_NOT_FOUND',
  'CACHE_HOST_TAKEN',
  'CACHE_HOST_IN_USE',
  'CONFLICT',
  'NEWER_RELEASE',
  'PLAN_FAILED',
  'UNAVAILABLE',
  'TIMEOUT',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** A refusal or failure as every edge shows it: what was expected, what was found, what to do. */
export type ErrorReply = { code: ErrorCode; message: string; details?: unknown };
