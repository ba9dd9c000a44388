import { createWriteStream } from 'node:fs';
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RecipeDownload } from '@gild/contracts';
import { Fault, type WorkContext } from '@gild/ports';
import { digestFile } from './digest-file.js';
import { say } from './output-tail.js';

const unreachable = (url: string, reason: string, cause?: unknown): Fault =>
  new Fault('MIRROR_UNREACHABLE', `${url} could not be downloaded: ${reason}.`, { cause, retryable: true });

const open = async (url: string, signal: AbortSignal): Promise<Readable> => {
  const response = await fetch(url, { signal }).catch((cause: Error) => {
    signal.throwIfAborted();
    throw unreachable(url, (cause.cause as Error | undefined)?.message ?? cause.message, cause);
  });
  if (response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status)) {
    throw new Fault(
      'DOWNLOAD_MISMATCH',
      `${url} does not exist there: the server answered ${response.status}.`,
    );
  }
  if (!response.ok || !response.body) throw unreachable(url, `the server answered ${response.status}`);
  return Readable.fromWeb(response.body);
};

const download = async (
  { url, sha256 }: RecipeDownload,
  path: string,
  context: WorkContext,
): Promise<void> => {
  await say(context, `Downloading ${url}`);
  const temporary = `${path}.partial-${process.pid}`;
  try {
    const source = await open(url, context.signal);
    await pipeline(source, createWriteStream(temporary), { signal: context.signal }).catch((cause: Error) => {
      context.signal.throwIfAborted();
      throw unreachable(url, cause.message, cause);
    });
    const found = await digestFile(temporary);
    if (found !== sha256)
      throw new Fault('DOWNLOAD_MISMATCH', `${url}: expected sha256 ${sha256}, found ${found}.`);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};

/** Fetches what is not in the cache yet and shows all of it, numbered, in a folder of the build. */
export const fetchDownloads = async (
  downloads: readonly RecipeDownload[],
  context: WorkContext,
): Promise<string> => {
  const store = join(context.cacheDir, 'downloads');
  const folder = join(context.workDir, 'downloads');
  await mkdir(store, { recursive: true });
  await mkdir(folder, { recursive: true });
  for (const [index, wanted] of downloads.entries()) {
    const path = join(store, wanted.sha256);
    const isThere = (await digestFile(path).catch(() => '')) === wanted.sha256;
    if (!isThere) await download(wanted, path, context);
    await link(path, join(folder, String(index)));
  }
  return folder;
};
