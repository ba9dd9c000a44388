import type { Taskserv, Violation } from '@gild/contracts';
import { pathOf } from './installations.js';
import type { Selection } from './selection.js';

/** Pairs that may not be in one image; each pair once, whichever of the two names the other. */
export const conflictingTaskservs = (
  required: readonly Taskserv[],
  selection: Selection,
): readonly Violation[] =>
  required.flatMap((one, index) =>
    required
      .slice(index + 1)
      .filter((other) => one.conflicts.includes(other.name) || other.conflicts.includes(one.name))
      .map((other) => ({
        path: pathOf(other.name, selection),
        message: `${one.name} and ${other.name} conflict: an image holds one of them`,
        found: `${one.name}, ${other.name}`,
        expected: `${one.name} or ${other.name}`,
      })),
  );
