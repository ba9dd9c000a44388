import { Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { ImageSource } from '@gild/cache-application';
import { GoldenImageVersion } from '@gild/contracts';
import { Fault, faultCode, type ImageReference } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { SILENCE_MS } from '../../client/send.js';
import { apiPath, get } from '../context.js';

/** The versions whose disk has the digest, as far as anybody here knows. */
export type VersionsOf = (sha256: string) => Promise<readonly ImageReference[]>;

/** Disks as the HTTP API sends them: by version, of which any with the same bytes will do that may still be used. */
export const disksOverHttp = (
  client: HttpClient,
  versionsOf: VersionsOf,
  interrupted: AbortSignal,
): ImageSource => ({
  head: (key) =>
    ofAnyVersion(key, versionsOf, async ({ imageName, version, arch }) => {
      const path = apiPath(['images', imageName, 'versions', version], { usable: 'true' });
      const found = GoldenImageVersion.parse(await get(client, path));
      const artifact = found.artifacts.find((one) => one.arch === arch && one.checksum === digestIn(key));
      return artifact && { sizeBytes: artifact.size_bytes };
    }),
  readRange: async function* (key, start, end) {
    const headers = { range: `bytes=${start}-${end - 1}` };
    const response = await ofAnyVersion(key, versionsOf, ({ imageName, version, arch }) => {
      const path = apiPath(['images', imageName, 'versions', version, 'artifact'], { arch });
      return client.stream({ method: 'GET', path, headers }, interrupted);
    });
    if (response.statusCode !== 206 || response.headers['gild-sha256'] !== digestIn(key)) {
      response.destroy();
      throw notARange(key, response);
    }
    yield* bytesOf(response, interrupted);
  },
});

const digestIn = (key: string): string => /[0-9a-f]{64}/.exec(key)?.[0] ?? '';

/** No longer one to start machines from, or not known here: another version may have the same bytes. */
const PASSED_OVER = ['VERSION_WITHDRAWN', 'VERSION_NOT_FOUND', 'IMAGE_NOT_FOUND'];

const ofAnyVersion = async <T>(
  key: string,
  versionsOf: VersionsOf,
  ask: (version: ImageReference) => Promise<T>,
): Promise<T> => {
  let refusal: unknown = new Fault('ARTIFACT_NOT_FOUND', `no version is known whose disk is ${key}`);
  for (const version of await versionsOf(digestIn(key))) {
    try {
      return await ask(version);
    } catch (error) {
      if (!PASSED_OVER.includes(faultCode(error) ?? '')) throw error;
      refusal = error;
    }
  }
  throw refusal;
};

const notARange = (key: string, { statusCode }: IncomingMessage): Fault =>
  new Fault(
    'UNAVAILABLE',
    `the server was asked for a range of ${key}, and answers with something else (HTTP status ${statusCode ?? 0}); is it of an older release?`,
  );

/** What breaks off, or falls silent, may come when it is asked for again. Whoever was interrupted waits for nothing more. */
async function* bytesOf(response: IncomingMessage, interrupted: AbortSignal): AsyncGenerator<Uint8Array> {
  if (response.socket instanceof Socket)
    response.setTimeout(SILENCE_MS, () => response.destroy(new Error('the server fell silent')));
  const end = () => void response.destroy(interrupted.reason as Error);
  interrupted.addEventListener('abort', end);
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (cause) {
    interrupted.throwIfAborted();
    throw new Fault('UNAVAILABLE', 'the server broke off while sending the disk', { cause, retryable: true });
  } finally {
    interrupted.removeEventListener('abort', end);
  }
}
