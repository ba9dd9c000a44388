import type { ImageArtifact } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import { HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Range = { start: number; end: number };

const RANGE_NOT_SATISFIABLE = 416;

/**
 * Sends the disk: whole, and checked against its digest meanwhile, so that a damaged one breaks off instead of ending; or the one
 * range that was asked for (RFC 9110 §14), unchecked, because whoever puts ranges together checks the whole. HEAD reads nothing of it.
 */
export const sendArtifact = async (
  objects: ObjectStore,
  { path: key, checksum: sha256, size_bytes: sizeBytes, ...artifact }: ImageArtifact,
  response: Response,
): Promise<void> => {
  const isAskedFor = response.req.method !== 'HEAD';
  const range = isAskedFor ? rangeIn(response, sha256, sizeBytes) : undefined;
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('etag', `"${sha256}"`);
  response.setHeader('gild-sha256', sha256);
  response.setHeader('gild-arch', artifact.arch);
  response.setHeader('gild-format', artifact.format);
  response.setHeader('gild-compressed', String(artifact.compressed));
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  response.setHeader('content-length', String(end - start));
  if (range !== undefined)
    response.status(206).setHeader('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`);
  if (!isAskedFor) return void response.end();
  const bytes =
    range === undefined ? objects.read({ key, sha256, sizeBytes }) : objects.readRange(key, start, end);
  await pipeline(Readable.from(bytes, { objectMode: false }), response);
};

/** Undefined when the whole is to be sent: also to one who asks for several ranges, or for one of other bytes. */
const rangeIn = (response: Response, sha256: string, sizeBytes: number): Range | undefined => {
  const { headers } = response.req;
  const condition = headers['if-range'];
  if (condition !== undefined && condition !== `"${sha256}"`) return undefined;
  const range = rangeOf(response.req, sizeBytes);
  if (range !== 'none of it') return range;
  response.setHeader('content-range', `bytes */${sizeBytes}`);
  throw new HttpException(
    `the disk has ${sizeBytes} bytes, found "Range: ${headers.range}"`,
    RANGE_NOT_SATISFIABLE,
  );
};

const rangeOf = (request: Request, sizeBytes: number): Range | 'none of it' | undefined => {
  if (sizeBytes > 0 && lastBytes(request) >= sizeBytes) return { start: 0, end: sizeBytes };
  const ranges = request.range(sizeBytes);
  if (ranges === -1) return 'none of it';
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [only] = ranges;
  return only && { start: only.start, end: only.end + 1 };
};

/** How many of the last bytes are asked for; 0 where the range has a start. */
const lastBytes = ({ headers }: Request): number =>
  Number(/^bytes=-(\d+)$/.exec(headers.range ?? '')?.[1] ?? 0);
