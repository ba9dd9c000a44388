import type { ErrorCode } from '@gild/contracts';

/** Exit codes scripts rely on (product document §7). */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4, interrupted: 130 } as const;

/** What the program exits with when a request was refused. */
export const exitCodeOf = {
  INVALID_DOCUMENT: EXIT.usage,
  INVALID_REQUEST: EXIT.usage,
  IMAGE_NOT_FOUND: EXIT.usage,
  VERSION_NOT_FOUND: EXIT.usage,
  CHANNEL_NOT_FOUND: EXIT.usage,
  JOB_NOT_FOUND: EXIT.usage,
  AGENT_NOT_FOUND: EXIT.usage,
  TASKSERV_NOT_FOUND: EXIT.usage,
  VM_NOT_FOUND: EXIT.usage,
  SUBJECT_NOT_FOUND: EXIT.usage,
  ARTIFACT_NOT_FOUND: EXIT.failed,
  VERSION_EXISTS: EXIT.refused,
  VERSION_IN_USE: EXIT.refused,
  VERSION_WITHDRAWN: EXIT.refused,
  NOTHING_BEFORE: EXIT.refused,
  JOB_ENDED: EXIT.refused,
  FORBIDDEN_BY_POLICY: EXIT.refused,
  JOIN_TOKEN_UNKNOWN: EXIT.refused,
  JOIN_TOKEN_EXPIRED: EXIT.refused,
  JOIN_TOKEN_USED: EXIT.refused,
  JOIN_TOKEN_BOUND: EXIT.refused,
  AGENT_ID_TAKEN: EXIT.refused,
  AGENT_REMOVED: EXIT.refused,
  AGENT_NOT_JOINED: EXIT.refused,
  AGENT_INCOMPATIBLE: EXIT.refused,
  TOO_MANY_REQUESTS: EXIT.unreachable,
  ARTIFACT_DAMAGED: EXIT.failed,
  NOT_SIGNED: EXIT.failed,
  KEY_NOT_FOUND: EXIT.usage,
  KEY_IN_USE: EXIT.refused,
  KEY_REVOKED: EXIT.failed,
  CACHE_ENTRY_NOT_FOUND: EXIT.usage,
  CACHE_REQUEST_INVALID: EXIT.usage,
  CACHE_DISABLED: EXIT.refused,
  CACHE_FULL: EXIT.refused,
  CACHE_IO: EXIT.failed,
  CONFLICT: EXIT.refused,
  NEWER_RELEASE: EXIT.refused,
  PLAN_FAILED: EXIT.failed,
  UNAVAILABLE: EXIT.unreachable,
  TIMEOUT: EXIT.unreachable,
  INTERNAL: EXIT.failed,
} as const satisfies Record<ErrorCode, number>;

/** What it exits with when this host could not do what a command does by itself. */
export const exitCodeOfHost: Readonly<Record<string, number>> = {
  TOOL_MISSING: EXIT.unreachable,
  EMULATOR_MISSING: EXIT.unreachable,
  DISK_UNREADABLE: EXIT.usage,
  BACKUP_ABSENT: EXIT.usage,
  BACKUP_BUSY: EXIT.refused,
  BACKUP_DAMAGED: EXIT.failed,
  OTHER_HISTORY: EXIT.refused,
  STATE_NOT_EMPTY: EXIT.refused,
  FARM_RUNS: EXIT.refused,
  SETTINGS_INVALID: EXIT.usage,
};
