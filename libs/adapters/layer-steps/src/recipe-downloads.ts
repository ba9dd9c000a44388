import type { WriteStream } from 'node:fs';
import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LayerRecipe } from '@gild/contracts';
import { digestFile, withFileWriter } from '@gild/node-runtime';
import { faultCode, type WorkContext } from '@gild/ports';
import { markUsed, placeWhole, readableFolder } from './cache-files.js';
import {
  isRefusedByProxy,
  notGiven,
  notPassedOn,
  otherContent,
  unreachable,
  type WantedDownload,
} from './download-faults.js';
import { say } from './output-tail.js';
import { atPace, stallLimit } from './pace.js';
import { persistently } from './persistence.js';
import type { StepWork } from './step-work.js';
import { webFile } from './web-file.js';

/** The next try would be answered the same. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && ![408, 429].includes(status);

const open = async (wanted: WantedDownload, { signal, idleLimitMs }: WorkContext): Promise<Readable> => {
  const response = await webFile(wanted.url, { signal, idleLimitMs: stallLimit(idleLimitMs) }).catch(
    (cause: Error & { statusCode?: unknown }) => {
      signal.throwIfAborted();
      if (isRefusedByProxy(cause)) throw notPassedOn(wanted);
      throw faultCode(cause) === undefined ? unreachable(wanted, cause.message, cause) : cause;
    },
  );
  const { statusCode: status = 0 } = response;
  if (status === 200) return response;
  response.destroy();
  // What is answered through a tunnel is the server's own word.
  if (response.req.protocol === 'http:' && isRefusedByProxy(response)) throw notPassedOn(wanted);
  if (isFinal(status)) throw notGiven(wanted, status);
  throw unreachable(wanted, `the server answered ${status}`);
};

const download = async (wanted: WantedDownload, path: string, context: WorkContext): Promise<void> => {
  await say(context, `Downloading ${wanted.url}`);
  await placeWhole(path, async (temporary) => {
    const source = await open(wanted, context);
    let broken: unknown;
    const note = (error: Error): void => void (broken ??= error);
    source.once('error', note);
    const paced = atPace(context.idleLimitMs, note);
    const write = (file: WriteStream) => pipeline(source, paced, file, { signal: context.signal });
    await withFileWriter(temporary, {}, write).catch((cause: Error) => {
      context.signal.throwIfAborted();
      // What is no fault of the server's, such as a full disk, says so itself.
      throw cause === broken ? unreachable(wanted, cause.message, cause) : cause;
    });
    const { sha256: found } = await digestFile(temporary);
    if (found !== wanted.sha256) throw otherContent(wanted, found);
  });
};

const fetchOne = (wanted: WantedDownload, path: string, { options, context }: StepWork): Promise<void> =>
  persistently(() => download(wanted, path, context), {
    clock: options.clock,
    signal: context.signal,
    again: ({ message }, pauseMs) =>
      say(context, `${message}\nOnce more in ${(pauseMs / 1_000).toFixed(1)} s`),
  });

/** Errors that say two names cannot be of one file there. */
const NO_LINKS = ['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'];

/** Shows a file under another name, by copying where there is no other way. */
const show = async (path: string, as: string): Promise<void> => {
  await link(path, as).catch(async (error: NodeJS.ErrnoException) => {
    if (!NO_LINKS.includes(error.code ?? '')) throw error;
    await copyFile(path, as);
  });
};

/** Fetches what the layer downloads and is not in the cache yet, and shows all of it, numbered, in a folder of the build. */
export const fetchDownloads = async (
  { name: layer, downloads }: Pick<LayerRecipe, 'name' | 'downloads'>,
  { options, context }: StepWork,
): Promise<string> => {
  const nowMs = Date.parse(options.clock.now());
  const store = join(context.cacheDir, 'downloads');
  const folder = await readableFolder(join(context.workDir, 'downloads'));
  await mkdir(store, { recursive: true });
  for (const [index, wanted] of downloads.entries()) {
    const path = join(store, wanted.sha256);
    const isThere = (await digestFile(path).catch(() => undefined))?.sha256 === wanted.sha256;
    if (!isThere) await fetchOne({ ...wanted, layer }, path, { options, context });
    await markUsed(path, nowMs);
    await show(path, join(folder, String(index)));
  }
  return folder;
};
