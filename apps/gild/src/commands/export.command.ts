import { stat } from 'node:fs/promises';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { bytes } from '../output/format.js';
import { apiPath, type CommonOptions, type Context, printer, withServer } from './context.js';
import { convertDisk, DISK_FORMATS, type DiskFormat, needsConversion } from './exporting/convert-disk.js';
import { download } from './exporting/download.js';
import { exportFault } from './exporting/export-faults.js';
import { type ProvenanceBeside, provenanceBeside, refuseConverted } from './exporting/provenance-beside.js';
import { settle, withPartialFiles } from './exporting/partial-file.js';
import { transferReport } from './exporting/transfer-report.js';
import { wantedFile } from './exporting/wanted-file.js';
import { type ImageReference, parseImageReference } from './image-reference.js';
import { namedThen } from './named-then.js';
import { ARCH, examples, JSON_FLAG } from './option-texts.js';
import { archOf, chosenOf } from './option-values.js';
import { provenanceFileOf } from './verifying/verify-offline.js';
import type { HttpClient } from '../client/http-client.js';

type Flags = CommonOptions & {
  output: string;
  arch?: string;
  format?: string;
  force?: boolean;
  provenance?: boolean;
  at?: string;
};
/** `checksum` is that of the published disk, also where the file has another format. */
type Exported = {
  path: string;
  format: DiskFormat;
  converted: boolean;
  size_bytes: number;
  checksum: string;
  /** Where its signed provenance is. */
  provenance?: string;
};
type Wanted = {
  reference: string;
  named: ImageReference;
  path: string;
  arch: string | undefined;
  format: DiskFormat | undefined;
  beside: ProvenanceBeside | undefined;
};

/** `gild export IMAGE[@VERSION] -o FILE`. */
export const exportCommand = (program: Command, context: Context): void => {
  program
    .command('export <image>')
    .description('write the disk of a version to a file, checking every byte')
    .requiredOption('-o, --output <file>', 'file to write')
    .option(...ARCH)
    .option('--format <format>', `convert to ${DISK_FORMATS.join(', ')}; default: as published`)
    .option('--provenance', 'write the signed provenance beside it, as FILE.provenance.json')
    .option('--force', 'replace the file when it exists')
    .option('--at <moment>', 'the version that had that name at a time (ISO 8601) or position of the log')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild export web-server -o web-server.qcow2',
        'gild export web-server@1.2.0 -o web-server.img --format raw',
        'gild export web-server@1.2.0 --arch aarch64 -o web-server.qcow2',
        'gild export web-server@1.2.0 -o web-server.qcow2 --provenance',
        'gild export web-server:stable -o web-server.qcow2 --at 2026-03-01T12:00:00Z',
      ),
    )
    .action((image: string, flags: Flags) => exportImage(image, flags, context));
};

const exportImage = async (reference: string, flags: Flags, context: Context): Promise<void> => {
  parseImageReference(reference);
  const [arch, format] = [archOf(flags), chosenOf('--format', flags.format, DISK_FORMATS)];
  const path = await wantedFile(flags.output, flags.force === true);
  const besidePath =
    flags.provenance === true
      ? await wantedFile(provenanceFileOf(flags.output), flags.force === true)
      : undefined;
  await withServer(context, async (client) => {
    const named = await namedThen(parseImageReference(reference), flags.at, client);
    const beside =
      besidePath === undefined ? undefined : await provenanceBeside(besidePath, { ...named, arch }, client);
    const wanted = { reference, named, path, arch, format, beside };
    const exported = await fetchDisk(client, wanted, context);
    if (exported !== undefined) printer(context, flags)(exported, exportedText);
  });
};

/** Undefined when it was interrupted. */
const fetchDisk = async (
  client: HttpClient,
  wanted: Wanted,
  context: Context,
): Promise<Exported | undefined> => {
  const report = transferReport(context.terminal, wanted.reference, Date.now);
  try {
    return await writeDisk(client, wanted, { report, signal: context.interrupted });
  } catch (error) {
    if (!context.interrupted.aborted) throw exportFault(error, wanted.path);
    context.terminal.note('interrupted; nothing was written');
    context.setExitCode(EXIT.interrupted);
    return undefined;
  } finally {
    report.end();
  }
};

type Watch = { report: ReturnType<typeof transferReport>; signal: AbortSignal };

/** Files beside the wanted one, fsync, rename: it is whole or absent. Nothing is converted before every byte is checked. */
const writeDisk = (
  client: HttpClient,
  { named: { image, version }, path, arch, format: asked, beside }: Wanted,
  { report, signal }: Watch,
): Promise<Exported> =>
  withPartialFiles(path, async (next) => {
    const call = apiPath(['images', image, 'versions', version, 'artifact'], { arch });
    const response = await client.stream({ method: 'GET', path: call });
    const { published, format, converted } = formsOf(response.headers, asked);
    if (converted) refuseConverted(beside, response);
    const total = Number(response.headers['content-length'] ?? 0);
    const received = next();
    const onBytes = (sum: number) => report.at(sum, total);
    const { checksum } = await download(response, received, { onBytes, signal });
    await beside?.requireAbout(checksum);
    const finished = converted ? next() : received;
    if (converted) {
      report.step(`converting to ${format}`);
      await convertDisk(
        { path: received, ...published },
        { path: finished, format },
        { scratch: next, signal },
      );
    }
    const { size } = await stat(finished);
    await settle(finished, path);
    await beside?.write();
    return withProvenance({ path, format, converted, size_bytes: size, checksum }, beside);
  });

const withProvenance = (exported: Exported, beside: ProvenanceBeside | undefined): Exported =>
  beside === undefined ? exported : { ...exported, provenance: beside.path };

/** The disk as it was published, and as it is wanted. */
const formsOf = (headers: NodeJS.Dict<string | string[]>, asked: DiskFormat | undefined) => {
  const published = publishedForm(headers);
  const converted = asked !== undefined && needsConversion(published, asked);
  return { published, format: asked ?? published.format, converted };
};

const publishedForm = (headers: NodeJS.Dict<string | string[]>): { format: DiskFormat; zstd: boolean } => {
  const format = DISK_FORMATS.find((known) => known === headers['gild-format']);
  if (format === undefined) throw new Fault('INTERNAL', 'the server did not say which format the disk has');
  return { format, zstd: format === 'raw' && headers['gild-compressed'] === 'true' };
};

const exportedText = ({ path, format, converted, size_bytes: size, checksum }: Exported): string =>
  converted
    ? `${path}: ${format}, ${bytes(size)}, converted from the disk of sha256 ${checksum}\n`
    : `${path}: ${bytes(size)}, sha256 ${checksum}\n`;
