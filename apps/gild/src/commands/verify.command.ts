import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { GoldenImageVersion } from '@gild/contracts';
import type { Command } from 'commander';
import type { HttpClient } from '../client/http-client.js';
import { EXIT } from '../exit-codes.js';
import { printable } from '../output/format.js';
import { apiPath, type CommonOptions, type Context, get, LONG_WORK, printer, withServer } from './context.js';
import { parseImageReference } from './image-reference.js';
import { examples, JSON_FLAG } from './option-texts.js';

type Verified = {
  image_name: string;
  version: string;
  verified: boolean;
  objects: { arch?: string; checksum: string }[];
};
type Verification = { subject: string; verified: boolean; checksum: string; message: string };

/** `gild verify FILE|IMAGE[@VERSION]`. */
export const verifyCommand = (program: Command, context: Context): void => {
  program
    .command('verify <file-or-image>')
    .description('check the bytes of a stored version, or find the version a file is')
    .option(...JSON_FLAG)
    .addHelpText('after', examples('gild verify web-server@1.2.0', 'gild verify web-server.qcow2'))
    .action((subject: string, flags: CommonOptions) => verify(subject, flags, context));
};

const verify = (subject: string, flags: CommonOptions, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const found = (await isFile(subject))
      ? await verifyFile(subject, client, context.interrupted)
      : await verifyVersion(subject, client);
    if (!found.verified) context.setExitCode(EXIT.failed);
    printer(context, flags)(found, ({ message }) => `${printable(message)}\n`);
  });

/** A folder may well have the name of an image. */
const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

const verifyVersion = async (subject: string, client: HttpClient): Promise<Verification> => {
  const { image, version } = parseImageReference(subject);
  const found = (await get(
    client,
    apiPath(['images', image, 'versions', version, 'verification']),
    LONG_WORK.reading,
  )) as Verified;
  const checksum = found.objects[0]?.checksum ?? '';
  const disks = found.objects.flatMap((it) =>
    it.arch === undefined ? [] : `${it.arch} sha256 ${it.checksum}`,
  );
  const digests = disks.length === 0 ? `sha256 ${checksum}` : disks.join(', ');
  const message = `${found.image_name}@${found.version}: every stored byte is as published, ${digests}`;
  return { subject, verified: found.verified, checksum, message };
};

const verifyFile = async (path: string, client: HttpClient, signal: AbortSignal): Promise<Verification> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  const checksum = hash.digest('hex');
  const { versions } = (await get(client, apiPath(['registry']))) as { versions: GoldenImageVersion[] };
  const match = versions.find((version) => diskOf(version, checksum) !== undefined);
  const message =
    match === undefined
      ? `${path}: no published version has sha256 ${checksum}`
      : `${path} is ${match.image_name}@${match.version}${archOf(match, checksum)}, every byte as published`;
  return { subject: path, verified: match !== undefined, checksum, message };
};

const diskOf = ({ artifacts }: GoldenImageVersion, checksum: string) =>
  artifacts.find((artifact) => artifact.checksum === checksum);

const archOf = (version: GoldenImageVersion, checksum: string): string =>
  version.artifacts.length === 1 ? '' : ` for ${diskOf(version, checksum)?.arch ?? version.arch}`;
