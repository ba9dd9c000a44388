import type { FailureClass } from '@gild/contracts';

/** Which class a fault of the build's tools belongs to; what is not named here is a failure of the infrastructure. */
const classes: Readonly<Record<string, FailureClass>> = {
  UNSUPPORTED: 'definition',
  MIRROR_UNREACHABLE: 'definition',
  NO_KERNEL: 'definition',
  TARGET_UNKNOWN: 'definition',
  PACKAGE_NOT_FOUND: 'definition',
  VERSION_NOT_FOUND: 'definition',
  PACKAGE_CONFLICT: 'definition',
  REPOSITORY_UNTRUSTED: 'definition',
  DOWNLOAD_MISMATCH: 'definition',
  DISK_TOO_SMALL: 'definition',
  SANDBOX_REFUSED: 'definition',
  PACKAGE_FAILED: 'install',
  SCRIPT_FAILED: 'install',
  BUILD_SILENT: 'timeout',
  BUILD_TIMEOUT: 'timeout',
  STEP_TIMEOUT: 'timeout',
  PROCESSES_EXCEEDED: 'install',
  MEMORY_EXCEEDED: 'install',
  DISK_EXCEEDED: 'install',
  FILES_EXCEEDED: 'install',
  BOOT_TEST_FAILED: 'test',
  CANCELLED: 'cancelled',
};

/**
 * The class of a failure by the code of its fault. A fault that may pass by itself is the infrastructure's, whoever has
 * it: a mirror may serve other bytes than its index for a while, and so may a taskserv's download for ever. A mirror that
 * answers, but has not what was asked for, will not have it at the next try either.
 */
export const failureClass = (code: string | undefined, retryable = false): FailureClass =>
  retryable ? 'infrastructure' : (classes[code ?? ''] ?? 'infrastructure');

/** Faults of a host, or of what is stored, that only somebody's hand mends: another attempt would end the same. */
const needingHands: ReadonlySet<string> = new Set([
  'TOOL_MISSING',
  'PROGRAM_MISSING',
  'EMULATOR_MISSING',
  'KEYRING_MISSING',
  'PROXY_INVALID',
  'SANDBOX_UNAVAILABLE',
  'DISK_UNREADABLE',
  'INPUTS_MISSING',
  'INPUTS_DAMAGED',
  'BASE_DAMAGED',
]);

/** Whether a fault stays until somebody mends the host. */
export const needsHands = (code: string | undefined, retryable = false): boolean =>
  !retryable && needingHands.has(code ?? '');
