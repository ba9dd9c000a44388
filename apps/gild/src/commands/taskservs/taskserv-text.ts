import type { Taskserv, TaskservCheck, TaskservInstallation } from '@gild/contracts';
import { printable } from '../../output/format.js';
import { table } from '../../output/table.js';

/** Where a taskserv can be installed: `debian 11, 12; every fedora`. */
export const placesOf = ({ distributions }: Taskserv): string =>
  Object.entries(distributions)
    .map(([os, installations]) => {
      const releases = installations.map((installation) => installation.releases);
      return releases.includes(undefined) ? `every ${os}` : `${os} ${releases.flat().join(', ')}`;
    })
    .join('; ');

/** Where its version comes from: one that the catalogue says, or that of a package. */
export const versionSourceOf = ({ version, version_package: carrier, distributions }: Taskserv): string => {
  if (version !== undefined) return version;
  const carriers = Object.values(distributions)
    .flat()
    .map((installation) => installation.version_package ?? carrier ?? '');
  return [...new Set(carriers)].sort().join(', ');
};

/** The catalogue, a line each. */
export const taskservTable = (taskservs: readonly Taskserv[]): string =>
  taskservs.length === 0
    ? 'the catalogue is empty\n'
    : table(
        ['taskserv', 'description', 'version of', 'for'],
        taskservs.map((it) => [it.name, it.description, versionSourceOf(it), placesOf(it)]),
      );

/** Everything about one taskserv that a person who wants it in an image asks for. */
export const taskservText = (taskserv: Taskserv): string => {
  const rows = [
    ['taskserv', `${taskserv.name}: ${taskserv.description}`],
    ['version', taskserv.version === undefined ? `of ${versionSourceOf(taskserv)}` : taskserv.version],
    ['for', placesOf(taskserv)],
    ...listed('requires', taskserv.requires),
    ...listed('after', taskserv.after),
    ...listed('conflicts', taskserv.conflicts),
    ...Object.entries(taskserv.distributions).flatMap(([os, all]) =>
      all.map((one) => [placeOf(os, one), installationText(one)]),
    ),
    ...taskserv.checks.map((check, index) => [index === 0 ? 'checks' : '', checkText(check)]),
  ];
  const width = Math.max(...rows.map(([label = '']) => label.length)) + 2;
  return rows
    .map(([label = '', value = '']) => `${label.padEnd(width)}${printable(value)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
};

const listed = (label: string, names: readonly string[]): string[][] =>
  names.length === 0 ? [] : [[label, names.join(', ')]];

const placeOf = (os: string, { releases }: TaskservInstallation): string =>
  releases === undefined ? os : `${os} ${releases.join(', ')}`;

const installationText = (installation: TaskservInstallation): string =>
  [
    ...part('packages', installation.packages),
    ...part('in place of', installation.replaces ?? []),
    ...part(
      'from',
      installation.repositories.map(({ uri }) => uri),
    ),
    ...part(
      'downloads',
      installation.downloads.map(({ url }) => url),
    ),
    ...part('starts', installation.enable),
  ].join('; ');

const part = (label: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${label} ${names.join(' ')}`];

const checkText = (check: TaskservCheck): string => {
  if ('unit' in check) return `${check.name}: ${check.unit} is active`;
  if ('port' in check) return `${check.name}: port ${check.port} answers`;
  const [program = ''] = check.command;
  const says = check.expect === undefined ? 'succeeds' : `says "${check.expect}"`;
  return `${check.name}: ${program} ${says}`;
};
