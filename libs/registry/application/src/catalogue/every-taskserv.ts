import type { Taskserv } from '@gild/contracts';
import { Fault, faultCode, type TaskservCatalogue } from '@gild/ports';

/**
 * The catalogue as it is now. Fault: INVALID_DOCUMENT, because a broken one is for whoever edits it to mend, like a broken
 * definition; its message names file and path.
 */
export const everyTaskserv = async (catalogue: TaskservCatalogue): Promise<Taskserv[]> => {
  try {
    return [...(await catalogue.all()).values()];
  } catch (cause) {
    if (faultCode(cause) !== 'CATALOGUE_INVALID') throw cause;
    throw new Fault('INVALID_DOCUMENT', (cause as Error).message, { cause });
  }
};
