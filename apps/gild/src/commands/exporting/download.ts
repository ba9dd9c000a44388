import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withFileWriter } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

export type Downloaded = { sizeBytes: number; checksum: string };

/** Writes a disk to a file and checks every byte. Fault: ARTIFACT_DAMAGED. */
export const download = async (
  response: IncomingMessage,
  file: string,
  { onBytes, signal }: { onBytes: (sum: number) => void; signal: AbortSignal },
): Promise<Downloaded> => {
  const expected = String(response.headers['gild-sha256']);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      onBytes(sizeBytes);
      done(null, chunk);
    },
  });
  await withFileWriter(file, { mode: 0o644, flags: 'wx' }, (target) =>
    pipeline(response, counting, target, { signal }),
  );
  const checksum = hash.digest('hex');
  if (checksum === expected) return { sizeBytes, checksum };
  const message = `expected a disk of sha256 ${expected}, received ${checksum}; nothing was written`;
  throw new Fault('ARTIFACT_DAMAGED', message);
};
