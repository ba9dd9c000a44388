import { createWriteStream } from 'node:fs';
import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RecipeDownload } from '@gild/contracts';
import { digestFile } from '@gild/node-runtime';
import { Fault, faultCode, type WorkContext } from '@gild/ports';
import { markUsed, placeWhole, readableFolder } from './cache-files.js';
import { say } from './output-tail.js';
import type { StepWork } from './step-work.js';
import { webFile } from './web-file.js';

const unreachable = (url: string, reason: string, cause?: unknown): Fault =>
  new Fault('MIRROR_UNREACHABLE', `${url} could not be downloaded: ${reason}.`, { cause, retryable: true });

const open = async (url: string, { signal, idleLimitMs }: WorkContext): Promise<Readable> => {
  const response = await webFile(url, { signal, idleLimitMs }).catch((cause: Error) => {
    signal.throwIfAborted();
    throw faultCode(cause) === undefined ? unreachable(url, cause.message, cause) : cause;
  });
  const { statusCode: status = 0 } = response;
  if (status === 200) return response;
  response.destroy();
  if (status >= 400 && status < 500 && ![408, 429].includes(status))
    throw new Fault('DOWNLOAD_MISMATCH', `${url} does not exist there: the server answered ${status}.`);
  throw unreachable(url, `the server answered ${status}`);
};

const download = async (
  { url, sha256 }: RecipeDownload,
  path: string,
  context: WorkContext,
): Promise<void> => {
  await say(context, `Downloading ${url}`);
  await placeWhole(path, async (temporary) => {
    const source = await open(url, context);
    let broken: unknown;
    source.once('error', (error) => (broken ??= error));
    await pipeline(source, createWriteStream(temporary), { signal: context.signal }).catch((cause: Error) => {
      context.signal.throwIfAborted();
      // What is no fault of the server's, such as a full disk, says so itself.
      throw cause === broken ? unreachable(url, cause.message, cause) : cause;
    });
    const { sha256: found } = await digestFile(temporary);
    if (found !== sha256)
      throw new Fault('DOWNLOAD_MISMATCH', `${url}: expected sha256 ${sha256}, found ${found}.`);
  });
};

/** Errors that say two names cannot be of one file there. */
const NO_LINKS = ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'];

/** Shows a file under another name, by copying where there is no other way. */
const show = async (path: string, as: string): Promise<void> => {
  await link(path, as).catch(async (error: NodeJS.ErrnoException) => {
    if (!NO_LINKS.includes(error.code ?? '')) throw error;
    await copyFile(path, as);
  });
};

/** Fetches what is not in the cache yet and shows all of it, numbered, in a folder of the build. */
export const fetchDownloads = async (
  downloads: readonly RecipeDownload[],
  { options, context }: StepWork,
): Promise<string> => {
  const nowMs = Date.parse(options.clock.now());
  const store = join(context.cacheDir, 'downloads');
  const folder = await readableFolder(join(context.workDir, 'downloads'));
  await mkdir(store, { recursive: true });
  for (const [index, wanted] of downloads.entries()) {
    const path = join(store, wanted.sha256);
    const isThere = (await digestFile(path).catch(() => undefined))?.sha256 === wanted.sha256;
    if (!isThere) await download(wanted, path, context);
    await markUsed(path, nowMs);
    await show(path, join(folder, String(index)));
  }
  return folder;
};
