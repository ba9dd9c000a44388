import type { ChosenTaskserv, Taskserv, Violation } from '@gild/contracts';
import { pathOf } from './installations.js';
import type { Selection, Shelf } from './selection.js';

/** What the image that is started from has already. */
export type BaseContent = {
  /** Name and version, for messages. */
  image: string;
  /** In the order of installation. */
  taskservs: readonly ChosenTaskserv[];
  /** What was really installed, by taskserv. */
  versions: Readonly<Record<string, string>>;
};

/** The name of every taskserv a base has. */
export const namesIn = (base: BaseContent | undefined): ReadonlySet<string> =>
  new Set(base?.taskservs.map(({ name }) => name));

type Given = { required: readonly Taskserv[]; selection: Selection; shelf: Shelf };

/** What a definition asks for that could only be had by taking something out of its base. */
export const againstBase = (base: BaseContent | undefined, given: Given): readonly Violation[] =>
  base === undefined
    ? []
    : [...conflictsWith(base, given), ...excludedFrom(base, given), ...otherPins(base, given)];

const conflictsWith = (
  { image, taskservs }: BaseContent,
  { required, selection, shelf }: Given,
): Violation[] =>
  required.flatMap((one) =>
    taskservs
      .filter(({ name }) => one.conflicts.includes(name) || shelf.get(name)?.conflicts.includes(one.name))
      .map(({ name }) => ({
        path: pathOf(one.name, selection),
        message: `${one.name} and ${name} conflict, and the base image ${image} has ${name}`,
        found: one.name,
        expected: `no ${one.name}, or a base image without ${name}`,
      })),
  );

const excludedFrom = ({ image, taskservs }: BaseContent, { selection }: Given): Violation[] =>
  (selection.exclude_taskservs ?? []).flatMap((name, index) =>
    taskservs.some((it) => it.name === name)
      ? [
          {
            path: `exclude_taskservs[${String(index)}]`,
            message: `the base image ${image} has ${name}, which cannot be taken out of it`,
            found: name,
            expected: `a base image without ${name}`,
          },
        ]
      : [],
  );

const otherPins = (base: BaseContent, { selection }: Given): Violation[] =>
  Object.entries(selection.taskserv_versions ?? {}).flatMap(([name, pin]) =>
    base.taskservs.some((it) => it.name === name) && base.versions[name] !== pin
      ? [otherPin({ name, pin, has: base.versions[name] }, base)]
      : [],
  );

const otherPin = (
  { name, pin, has }: { name: string; pin: string; has: string | undefined },
  { image }: BaseContent,
): Violation => ({
  path: `taskserv_versions.${name}`,
  message:
    `the base image ${image} has ${name} ${has ?? 'of no recorded version'}, not the pinned ${pin}, and what a base image has ` +
    `is not installed again: ${has === undefined ? `do not pin ${name}` : `pin ${name} to ${has} or not at all`}, ` +
    `start from a version of ${image.replace(/ .*/, '')} that has ${name} ${pin}, or from an image without ${name}`,
  found: pin,
  expected: has ?? 'no pin',
});
