import type { GoldenImageVersion } from '@gild/contracts';
import type { Command } from 'commander';
import { bytes, printable } from '../output/format.js';
import { table } from '../output/table.js';
import { apiPath, type CommonOptions, type Context, get, printer, withServer } from './context.js';
import { parseImageReference } from './image-reference.js';
import { AT, examples, JSON_FLAG } from './option-texts.js';

type Flags = CommonOptions & { at?: string; all?: boolean };
type ImageRow = {
  image_name: string;
  latest_version?: string;
  total_versions: number;
  running_vms: number;
  defined_at: string;
};

/** `gild images`, `gild versions IMAGE`, `gild show IMAGE[@VERSION]`. */
export const imageCommands = (program: Command, context: Context): void => {
  program
    .command('images')
    .description('list images')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild images', 'gild images --at 2026-03-01T12:00:00Z --json'))
    .action((flags: Flags) => images(flags, context));
  program
    .command('versions <image>')
    .description('list the versions of an image, newest first')
    .option('--all', 'also those that were deleted')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild versions web-server'))
    .action((image: string, flags: Flags) => versions(image, flags, context));
  program
    .command('show <image>')
    .description('show one version: IMAGE, IMAGE@VERSION or IMAGE:CHANNEL')
    .option(...AT)
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild show web-server', 'gild show web-server@1.2.0 --json'))
    .action((image: string, flags: Flags) => show(image, flags, context));
};

const images = (flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const rows = (await get(client, apiPath(['images'], { at: flags.at }))) as ImageRow[];
    printer(context, flags)(rows, (found) =>
      found.length === 0
        ? 'no images yet; build one: gild build FILE\n'
        : table(
            ['image', 'latest', 'versions', 'vms', 'defined'],
            found.map((row) => [
              row.image_name,
              row.latest_version ?? '-',
              String(row.total_versions),
              String(row.running_vms),
              row.defined_at,
            ]),
          ),
    );
  });

const versions = (image: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await get(
      client,
      apiPath(['images', image, 'versions'], {
        at: flags.at,
        deleted: flags.all === true ? 'true' : undefined,
      }),
    )) as GoldenImageVersion[];
    printer(context, flags)(found, (list) =>
      table(
        ['version', 'state', 'channels', 'arch', 'created', 'size', 'sha256', 'vms', 'by'],
        list.flatMap((version) =>
          version.artifacts.map(({ arch, size_bytes: size, checksum }) => [
            version.version,
            version.state,
            version.channels.join(', ') || '-',
            arch,
            version.created_at,
            bytes(size),
            checksum.slice(0, 12),
            String(version.vm_instances.length),
            version.created_by,
          ]),
        ),
      ),
    );
  });

const show = (reference: string, flags: Flags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const { image, version } = parseImageReference(reference);
    const path = apiPath(['images', image, 'versions', version], { at: flags.at });
    const found = (await get(client, path)) as GoldenImageVersion;
    printer(context, flags)(found, versionText);
  });

const versionText = (version: GoldenImageVersion): string => {
  const several = version.artifacts.length > 1;
  const rows = [
    ['image', `${version.image_name}@${version.version}`],
    ['build', `${version.build_number}, ${several ? jobsText(version) : `job ${version.build_job_id}`}`],
    ['created', `${version.created_at} by ${version.created_by}`],
    ['state', stateText(version)],
    ['channels', version.channels.join(', ') || '-'],
    ...(version.base_image_version === undefined ? [] : [['base image', version.base_image_version]]),
    ...(several ? version.artifacts.flatMap(artifactRows) : onlyArtifactRows(version)),
    ['used', usageText(version)],
  ];
  return rows.map(([label, value]) => `${(label ?? '').padEnd(11)}${printable(value ?? '')}\n`).join('');
};

const stateText = ({ state, state_reason: reason, replacement_version: replacement }: GoldenImageVersion) =>
  [state, reason, replacement === undefined ? undefined : `use ${replacement} instead`]
    .filter((part) => part !== undefined)
    .join('; ');

const usageText = ({ vm_instances: running, usage_count: starts, last_used_at: last }: GoldenImageVersion) =>
  last === undefined
    ? 'by no VM yet'
    : `by ${counted(running.length, 'VM')}; ${counted(starts, 'start')}, the last at ${last}`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const jobsText = ({ artifacts }: GoldenImageVersion): string =>
  artifacts.map(({ arch, build_job_id: id }) => `job ${id ?? '-'} for ${arch}`).join(', ');

const onlyArtifactRows = (version: GoldenImageVersion): string[][] => [
  ['size', bytes(version.image_size_gb * 1024 ** 3)],
  ['sha256', version.checksum],
  ['taskservs', installedText(version.taskserv_versions)],
  ['stored as', version.image_path],
];

/** What belongs to one architecture, after its name. */
const artifactRows = (artifact: GoldenImageVersion['artifacts'][number]): string[][] => [
  [artifact.arch, `${bytes(artifact.size_bytes)} ${artifact.format}, sha256 ${artifact.checksum}`],
  ['taskservs', installedText(artifact.taskserv_versions ?? {})],
  ['stored as', artifact.path],
];

const installedText = (versions: Record<string, string>): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ') || '-';
