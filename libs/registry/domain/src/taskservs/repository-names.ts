import type { ChosenTaskserv, Taskserv, Violation } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { installationOn, pathOf } from './installations.js';
import type { Selection } from './selection.js';

/** Different package repositories under one name, also of those a base brings: in the image, and for the tools, the name is their file's. */
export const ambiguousRepositories = (
  required: readonly Taskserv[],
  selection: Selection,
  present: readonly ChosenTaskserv[] = [],
): readonly Violation[] => {
  const first = new Map<string, { owner: string; text: string }>();
  const below = present.flatMap(({ name, installation }) =>
    installation.repositories.map((it) => ({ owner: name, it })),
  );
  const own = required.flatMap((taskserv) =>
    (installationOn(taskserv, selection)?.repositories ?? []).map((it) => ({ owner: taskserv.name, it })),
  );
  return [...below, ...own].flatMap(({ owner, it }) => {
    const text = canonicalJson(it);
    const before = first.get(it.name);
    if (before === undefined) first.set(it.name, { owner, text });
    if (before === undefined || before.text === text) return [];
    return [
      {
        path: pathOf(owner, selection),
        message: `${before.owner} and ${owner} call different package repositories ${it.name}`,
        found: it.name,
        expected: 'one repository of that name, or another name for one of them',
      },
    ];
  });
};
