import type { Taskserv, Violation } from '@gild/contracts';
import type { Selection } from './selection.js';

type Installed = ReadonlyMap<string, Taskserv>;

/**
 * Taskservs with everything they need in front of them, otherwise as listed. Depth first rather than "next ready one",
 * so that appending a taskserv leaves the order of those before it, and with it their cached layers, as it was.
 */
export const installOrder = (
  required: readonly Taskserv[],
  selection: Selection,
  present: ReadonlySet<string> = new Set(),
): { order: readonly Taskserv[]; violations: readonly Violation[] } => {
  const installed: Installed = new Map(required.map((taskserv) => [taskserv.name, taskserv]));
  const override = selection.steps?.install_order ?? [];
  const walk = dependenciesFirst(
    [...override, ...(selection.taskservs ?? []), ...installed.keys()],
    installed,
  );
  if (walk.cycle !== undefined) return { order: [], violations: [cycleViolation(walk.cycle)] };
  return { order: walk.order, violations: overrideViolations(override, installed, present) };
};

const precursors = ({ requires, after }: Taskserv): string[] => [...requires, ...after];

const dependenciesFirst = (
  roots: readonly string[],
  installed: Installed,
): { order: readonly Taskserv[]; cycle?: readonly string[] } => {
  const done = new Set<Taskserv>();
  let cycle: readonly string[] | undefined;
  const visit = (name: string, path: readonly string[]): void => {
    const taskserv = installed.get(name);
    if (taskserv === undefined || done.has(taskserv) || cycle !== undefined) return;
    if (path.includes(name)) cycle = [...path.slice(path.indexOf(name)), name];
    else for (const next of precursors(taskserv)) visit(next, [...path, name]);
    done.add(taskserv);
  };
  for (const root of roots) visit(root, []);
  return { order: [...done], ...(cycle && { cycle }) };
};

const overrideViolations = (
  override: readonly string[],
  installed: Installed,
  present: ReadonlySet<string>,
): Violation[] =>
  override.flatMap((name, index) => {
    const path = `steps.install_order[${String(index)}]`;
    const taskserv = installed.get(name);
    if (present.has(name)) return [isPresent(path, name)];
    if (taskserv === undefined) return [notInstalled(path, name, installed)];
    if (override.indexOf(name) < index) return [listedTwice(path, name)];
    const broken = override.slice(index + 1).flatMap((later) => needOf(name, later, installed));
    return broken.map((chain) => brokenDependency(path, chain));
  });

/** How the one comes to need the other: the chain between them, or nothing. */
const needOf = (from: string, to: string, installed: Installed): string[][] => {
  const chains: string[][] = [[from]];
  const seen = new Set([from]);
  for (const chain of chains) {
    const last = installed.get(String(chain.at(-1)));
    for (const next of last === undefined ? [] : precursors(last)) {
      if (next === to) return [[...chain, to]];
      if (!seen.has(next)) chains.push([...chain, next]);
      seen.add(next);
    }
  }
  return [];
};

const cycleViolation = (cycle: readonly string[]): Violation => ({
  path: 'taskservs',
  message: `${cycle.join(' → ')} need each other in a circle, so none of them can be installed first: take one of these needs out of \`requires\` or \`after\` of its taskserv`,
  found: cycle.join(' → '),
  expected: 'taskservs whose dependencies form no circle',
});

const notInstalled = (path: string, name: string, installed: Installed): Violation => ({
  path,
  message: `install_order names ${name}, which this image does not install`,
  found: name,
  expected: [...installed.keys()].join(', '),
});

const isPresent = (path: string, name: string): Violation => ({
  path,
  message: `install_order names ${name}, which the base image has already`,
  found: name,
  expected: 'taskservs that this image installs itself',
});

const listedTwice = (path: string, name: string): Violation => ({
  path,
  message: `install_order names ${name} twice`,
  found: name,
  expected: 'each taskserv once',
});

const brokenDependency = (path: string, chain: readonly string[]): Violation => ({
  path,
  message: `install_order puts ${String(chain[0])} before ${String(chain.at(-1))}, but ${chain.join(' → ')} is the order of need`,
  found: `${String(chain[0])} before ${String(chain.at(-1))}`,
  expected: `${String(chain.at(-1))} before ${String(chain[0])}`,
});
