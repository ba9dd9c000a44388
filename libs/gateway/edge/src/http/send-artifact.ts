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
 * range that was asked for (RFC 9110 §14), unchecked, because whoever puts ranges together checks the whole.
 */
export const sendArtifact = async (
  objects: ObjectStore,
  { path: key, checksum: sha256, size_bytes: sizeBytes, ...artifact }: ImageArtifact,
  response: Response,
): Promise<void> => {
  const range = rangeIn(response.req, sha256, sizeBytes);
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
  const bytes =
    range === undefined ? objects.read({ key, sha256, sizeBytes }) : objects.readRange(key, start, end);
  await pipeline(Readable.from(bytes, { objectMode: false }), response);
};

/** Undefined when the whole is to be sent: also to one who asks for several ranges, or for one of other bytes. */
const rangeIn = (request: Request, sha256: string, sizeBytes: number): Range | undefined => {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== `"${sha256}"`) return undefined;
  const ranges = request.range(sizeBytes);
  if (ranges === -1)
    throw new HttpException(
      `the disk has ${sizeBytes} bytes, found "Range: ${request.headers.range}"`,
      RANGE_NOT_SATISFIABLE,
    );
  if (!Array.isArray(ranges) || ranges.type !== 'bytes' || ranges.length !== 1) return undefined;
  const [only] = ranges;
  return only && { start: only.start, end: only.end + 1 };
};
