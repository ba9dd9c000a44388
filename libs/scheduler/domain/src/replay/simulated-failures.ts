import type { Failure } from '@gild/contracts';

/** How an attempt ends that was cancelled. */
export const CANCELLED: Failure = {
  class: 'cancelled',
  code: 'CANCELLED',
  message: 'the build was cancelled',
};
/** How an artifact ends whose version lacks another one. */
export const INCOMPLETE: Failure = {
  ...{ class: 'cancelled', code: 'VERSION_INCOMPLETE' },
  message: 'another architecture of its version has no image',
};
