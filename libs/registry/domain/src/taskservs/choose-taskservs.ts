import type { ChosenTaskserv, Taskserv, Violation } from '@gild/contracts';
import { againstBase, namesIn, type BaseContent } from './base-content.js';
import { conflictingTaskservs } from './conflicts.js';
import { installOrder } from './install-order.js';
import { installationOn, unavailableTaskservs } from './installations.js';
import { ambiguousRepositories } from './repository-names.js';
import { requiredTaskservs } from './required-taskservs.js';
import type { Selection, TaskservChoice } from './selection.js';

/**
 * Decides which taskservs an image gets and in which order; names everything that stands against it at once. What a base has
 * counts as installed and is not chosen again.
 */
export const chooseTaskservs = (given: {
  definition: Selection;
  catalogue: readonly Taskserv[];
  base?: BaseContent | undefined;
}): TaskservChoice => {
  const { definition, base } = given;
  const present = namesIn(base);
  const shelf = new Map(given.catalogue.map((taskserv) => [taskserv.name, taskserv]));
  const { required, violations } = requiredTaskservs(definition, shelf, present);
  const { order, violations: disorder } = installOrder(required, definition, present);
  const all = [
    ...violations,
    ...unavailableTaskservs(required, definition),
    ...conflictingTaskservs(required, definition),
    ...againstBase(base, { required, selection: definition, shelf }),
    ...ambiguousRepositories(required, definition, base?.taskservs),
    ...disorder,
    ...uselessPins([...required.map(({ name }) => name), ...present], definition),
    ...impossiblePins(required, definition),
  ];
  if (all.length > 0) return { ok: false, violations: all.map(withPath) };
  return { ok: true, taskservs: order.flatMap((taskserv) => chosen(taskserv, definition)) };
};

const withPath = (violation: Violation): Violation => ({
  ...violation,
  message: `${violation.path}: ${violation.message}`,
});

const chosen = (taskserv: Taskserv, definition: Selection): ChosenTaskserv[] => {
  const installation = installationOn(taskserv, definition);
  const pin = definition.taskserv_versions?.[taskserv.name];
  if (installation === undefined) return [];
  const { name, version } = taskserv;
  const versionPackage = installation.version_package ?? taskserv.version_package;
  const checks = installation.checks ?? taskserv.checks;
  const source = { ...(versionPackage && { versionPackage }), ...(version && { version }) };
  return [{ name, ...source, ...(pin !== undefined && { pin }), installation, checks }];
};

const uselessPins = (names: readonly string[], { taskserv_versions = {} }: Selection): Violation[] =>
  Object.keys(taskserv_versions)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      path: `taskserv_versions.${name}`,
      message: `taskserv_versions pins ${name}, which this image does not install`,
      found: name,
      expected: names.length > 0 ? names.join(', ') : 'nothing, because no taskserv is installed',
    }));

/** What is downloaded comes in the version that its digest is of; whether a package has a version, its repository says. */
const impossiblePins = (required: readonly Taskserv[], { taskserv_versions = {} }: Selection): Violation[] =>
  required.flatMap(({ name, version }) => {
    const pin = taskserv_versions[name];
    if (version === undefined || pin === undefined || pin === version) return [];
    return [
      {
        path: `taskserv_versions.${name}`,
        message: `${name} has no version ${pin}; available: ${version}`,
        found: pin,
        expected: version,
      },
    ];
  });
