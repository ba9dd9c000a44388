import { findImage, namedVersion } from '../views/find-version.js';
import type { ImagesState } from '../views/images-view.js';
import type { VmRecord } from '../views/vms-view.js';
import type { VmsQuery } from '../requests.js';
import type { VmSummary } from './vm-summary.js';

/**
 * Whether a machine is asked for as far as its own record says. Faults: IMAGE_NOT_FOUND, CHANNEL_NOT_FOUND, VERSION_NOT_FOUND
 * for names that are none: an empty list would hide the mistake.
 */
export const isAskedFor = (
  { image, version, host, state }: VmsQuery,
  images: ImagesState,
): ((record: VmRecord) => boolean) => {
  if (image !== undefined) findImage(images, image);
  const number =
    image === undefined || version === undefined ? undefined : namedVersion(images, image, version).version;
  return ({ status, machine }) =>
    (image === undefined || machine.imageName === image) &&
    (number === undefined || machine.version === number) &&
    (host === undefined || machine.host === host) &&
    (state === undefined || status === state);
};

/** Whether its version stands in one of the ways asked for; any does where none is named. */
export const standsAsAsked = (
  { version_state: state, outdated }: Pick<VmSummary, 'version_state' | 'outdated'>,
  { standing }: Pick<VmsQuery, 'standing'>,
): boolean =>
  standing === undefined || standing.some((each) => (each === 'outdated' ? outdated : each === state));
