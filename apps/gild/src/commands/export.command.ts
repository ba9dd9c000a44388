import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import type { HttpClient } from '../client/http-client.js';
import { bytes } from '../output/format.js';
import { apiPath, type CommonOptions, type Context, printer, withServer } from './context.js';
import { parseImageReference } from './image-reference.js';

type Flags = CommonOptions & { output: string; force?: boolean };
type Exported = { path: string; size_bytes: number; checksum: string };

/** `gild export IMAGE[@VERSION] -o FILE`. */
export const exportCommand = (program: Command, context: Context): void => {
  program
    .command('export <image>')
    .description('write the disk of a version to a file, checking every byte')
    .requiredOption('-o, --output <file>', 'file to write')
    .option('--force', 'replace the file when it exists')
    .option('--json', 'print one JSON document')
    .action((image: string, flags: Flags) => exportImage(image, flags, context));
};

const exportImage = async (reference: string, flags: Flags, context: Context): Promise<void> => {
  const { image, version } = parseImageReference(reference);
  const path = resolve(flags.output);
  if (flags.force !== true && (await exists(path))) {
    throw new Fault('INVALID_REQUEST', `${path} exists; choose another file or pass --force`);
  }
  await withServer(context, async (client) => {
    const call = apiPath(['images', image, 'versions', version, 'artifact']);
    const exported = await download(client, call, { path, context });
    printer(context, flags)(
      exported,
      (done) => `${done.path}: ${bytes(done.size_bytes)}, sha256 ${done.checksum}\n`,
    );
  });
};

/** Temporary file in the same folder, fsync, rename: the file is whole or absent. */
const download = async (
  client: HttpClient,
  call: string,
  { path, context }: { path: string; context: Context },
): Promise<Exported> => {
  const response = await client.stream({ method: 'GET', path: call });
  const expected = String(response.headers['gild-sha256']);
  const partial = join(dirname(path), `.gild-${randomUUID()}.partial`);
  const { counting, result } = digesting();
  try {
    await pipeline(response, counting, createWriteStream(partial, { mode: 0o644 }), {
      signal: context.interrupted,
    });
    const { sha256, sizeBytes } = result();
    if (sha256 !== expected) {
      throw new Fault(
        'ARTIFACT_DAMAGED',
        `expected sha256 ${expected}, received ${sha256}; nothing was written`,
      );
    }
    const file = await open(partial, 'r+');
    await file.sync();
    await file.close();
    await rename(partial, path);
    return { path, size_bytes: sizeBytes, checksum: sha256 };
  } finally {
    await rm(partial, { force: true });
  }
};

const digesting = () => {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { counting, result: () => ({ sha256: hash.digest('hex'), sizeBytes }) };
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
