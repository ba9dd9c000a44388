import type { Taskserv, Violation } from '@gild/contracts';
import { nearestNames } from './nearest-names.js';
import type { Selection, Shelf } from './selection.js';

/**
 * The wanted taskservs with everything they require, excluded ones and those that are present already left out; and what
 * stands against that.
 */
export const requiredTaskservs = (
  selection: Selection,
  shelf: Shelf,
  present: ReadonlySet<string> = new Set(),
): { required: readonly Taskserv[]; violations: readonly Violation[] } => {
  const excluded = new Set(selection.exclude_taskservs ?? []);
  const found = new Map<string, Taskserv>();
  const violations: Violation[] = [];
  const visit = (taskserv: Taskserv, chain: readonly string[], path: string): void => {
    if (found.has(taskserv.name)) return;
    found.set(taskserv.name, taskserv);
    for (const name of taskserv.requires.filter((it) => !present.has(it))) {
      const next = shelf.get(name);
      if (excluded.has(name)) violations.push(excludedDependency([...chain, name]));
      else if (next === undefined) violations.push(missingDependency([...chain, name], path));
      else visit(next, [...chain, name], path);
    }
  };
  for (const [index, name] of (selection.taskservs ?? []).entries()) {
    const taskserv = excluded.has(name) || present.has(name) ? undefined : shelf.get(name);
    if (taskserv !== undefined) visit(taskserv, [name], `taskservs[${String(index)}]`);
  }
  return {
    required: [...found.values()],
    violations: [...unknownNames(selection, shelf, present), ...violations],
  };
};

const unknownNames = (selection: Selection, shelf: Shelf, present: ReadonlySet<string>): Violation[] =>
  (['taskservs', 'exclude_taskservs'] as const).flatMap((field) =>
    (selection[field] ?? []).flatMap((name, index) =>
      shelf.has(name) || present.has(name) ? [] : [unknownName(`${field}[${String(index)}]`, name, shelf)],
    ),
  );

const unknownName = (path: string, name: string, shelf: Shelf): Violation => {
  const near = nearestNames(name, shelf.keys());
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
  return {
    path,
    message: `no taskserv is called ${name}${hint}`,
    found: name,
    expected: (near.length > 0 ? near : [...shelf.keys()].sort()).join(', '),
  };
};

const excludedDependency = (chain: readonly string[]): Violation => ({
  path: 'exclude_taskservs',
  message: `${chain.join(' → ')} is excluded, but ${String(chain.at(-2))} does not work without it`,
  found: String(chain.at(-1)),
  expected: `exclude ${String(chain[0])} as well, or keep ${String(chain.at(-1))}`,
});

const missingDependency = (chain: readonly string[], path: string): Violation => ({
  path,
  message: `${chain.join(' → ')} is not in the catalogue`,
  found: String(chain.at(-1)),
  expected: `add the taskserv ${String(chain.at(-1))} to the catalogue`,
});
