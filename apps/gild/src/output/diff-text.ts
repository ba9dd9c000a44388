import type { ComparedVersion, DefinitionChange, VersionDiff, VersionedChanges } from '@gild/contracts';
import { bytes, printable } from './format.js';
import { table } from './table.js';

/** What changed from one version to another, for people; of equal ones that there is no difference. */
export const diffText = (diff: VersionDiff): string => {
  const { a, b, packages, taskservs, definition, base, size } = diff;
  const changes = [
    packageTable(packages),
    taskservTable(taskservs),
    definitionTable(definition),
    base.from === base.to ? '' : `base image: ${base.from ?? 'none'} -> ${base.to ?? 'none'}\n`,
  ].filter((text) => text !== '');
  const file = `image file: ${bytes(size.from)} -> ${bytes(size.to)}\n`;
  const said = changes.length === 0 ? none(diff) : `${changes.join('\n')}\n${file}`;
  return printable(`${nameOf(a)} -> ${nameOf(b)}, ${b.arch}\n\n${said}`);
};

const nameOf = ({ image_name: image, version }: ComparedVersion): string => `${image}@${version}`;

const none = ({ a, b }: VersionDiff): string =>
  a.rootfs_sha256 === b.rootfs_sha256
    ? 'no difference\n'
    : 'no difference in packages, taskservs and configuration; files in them differ\n';

type Row = { change: string; name: string; arch?: string; from?: string; to?: string };

/** By name, so that what took the place of what stands beside it. */
const rowsOf = ({ added, removed, changed }: VersionedChanges): Row[] =>
  [
    ...removed.map(({ version, ...named }) => ({ change: 'removed', ...named, from: version })),
    ...added.map(({ version, ...named }) => ({ change: 'added', ...named, to: version })),
    ...changed.map((each) => ({ change: 'changed', ...each })),
  ].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

const packageTable = (changes: VersionedChanges): string =>
  tableOf(
    ['package', 'arch', 'change', 'from', 'to'],
    rowsOf(changes).map(({ name, arch, change, from, to }) => [name, arch, change, from, to]),
  );

const taskservTable = (changes: VersionedChanges): string =>
  tableOf(
    ['taskserv', 'change', 'from', 'to'],
    rowsOf(changes).map(({ name, change, from, to }) => [name, change, from, to]),
  );

const definitionTable = (changes: readonly DefinitionChange[]): string =>
  tableOf(
    ['configuration', 'from', 'to'],
    changes.map(({ path, from, to }) => [path, valueText(from), valueText(to)]),
  );

const tableOf = (header: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string =>
  rows.length === 0
    ? ''
    : table(
        header,
        rows.map((row) => row.map((text) => text ?? '-')),
      );

const LONGEST = 60;

/** As JSON, so that text is told from numbers; what is long is cut, `--json` has all of it. */
const valueText = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
};
