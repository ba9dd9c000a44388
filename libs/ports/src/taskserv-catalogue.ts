import type { Taskserv } from '@gild/contracts';

/**
 * The services that can be installed into images. Every answer is the catalogue as it is now, whole and valid; one that
 * is not is the fault CATALOGUE_INVALID, whose message names every violation with file and path.
 */
export interface TaskservCatalogue {
  /** By name. */
  all(): Promise<ReadonlyMap<string, Taskserv>>;
}
