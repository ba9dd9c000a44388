import { createHash } from 'node:crypto';
import { objectKeys } from '@gild/contracts';
import { Fault, type ObjectStore } from '@gild/ports';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { logWriter } from './log-writer.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const bytes = (text: string) => new TextEncoder().encode(text);

const opened = (limitBytes = 1_000_000, objects: ObjectStore = memoryObjectStore()) => {
  const clock = fakeClock();
  const hints: unknown[] = [];
  const messenger = {
    request: () => Promise.reject(new Error('not asked here')),
    hint: (subject: string, payload: unknown) => void hints.push({ subject, payload }),
    onHint: () => Promise.resolve(() => undefined),
  };
  const log = logWriter('job', 2, { agentId: 'oak', objects, messenger, clock, sha256, limitBytes });
  return { log, clock, objects, hints };
};

const chunkText = async (objects: ObjectStore, chunk: number): Promise<string> => {
  const key = objectKeys.logChunk('job', 2, chunk);
  const { sizeBytes = 0 } = (await objects.head(key)) ?? {};
  let text = '';
  for await (const piece of objects.readRange(key, 0, sizeBytes))
    text += Buffer.from(piece).toString('latin1');
  return text;
};

it('stores what came within a second as one chunk, and says so', async () => {
  const { log, clock, objects, hints } = opened();
  await log.write(bytes('one '));
  await log.line('two');
  expect(await objects.head(objectKeys.logChunk('job', 2, 1))).toBeUndefined();
  await clock.advance(1000);
  expect(await chunkText(objects, 1)).toBe('one two\n');
  expect(hints).toStrictEqual([{ subject: 'gild.agent.oak.log.job', payload: { attempt: 2, chunk: 1 } }]);
});

it('stores nothing while nothing comes', async () => {
  const { log, clock } = opened();
  await clock.advance(10_000);
  expect(await log.close()).toStrictEqual({ chunks: 0, sizeBytes: 0, sha256: sha256(''), truncated: false });
});

it('stores at once what is large, in chunks of at most a mebibyte', async () => {
  const { log, objects } = opened(10_000_000);
  await log.write(new Uint8Array(2_500_000));
  const sizes = await Promise.all(
    [1, 2, 3].map(async (chunk) => (await objects.head(objectKeys.logChunk('job', 2, chunk)))?.sizeBytes),
  );
  expect(sizes).toStrictEqual([1_048_576, 1_048_576, 402_848]);
});

it('keeps every byte as it came', async () => {
  const { log, objects } = opened();
  await log.write(Uint8Array.of(27, 91, 51, 49, 109, 255, 0, 10));
  await log.close();
  expect(await chunkText(objects, 1)).toBe('\x1b[31m\xff\x00\n');
});

it('records the digest over the digests of its chunks', async () => {
  const { log, clock } = opened();
  await log.line('one');
  await clock.advance(1000);
  await log.line('two');
  expect(await log.close()).toStrictEqual({
    chunks: 2,
    sizeBytes: 8,
    sha256: sha256(`${sha256('one\n')}\n${sha256('two\n')}\n`),
    truncated: false,
  });
});

it('drops output beyond the limit, says so once, and keeps its own lines', async () => {
  const { log, objects } = opened(5);
  await log.write(bytes('abc'));
  await log.write(bytes('defg'));
  await log.write(bytes('h'));
  await log.line('failed: why');
  expect(await log.close()).toMatchObject({ truncated: true });
  expect(await chunkText(objects, 1)).toBe(
    'abcde\n[the output of programs ends here: it reached the limit of 5 bytes; the build goes on]\nfailed: why\n[3 bytes of output were left out]\n',
  );
});

it('is not truncated when the output just fits', async () => {
  const { log } = opened(5);
  await log.write(bytes('abcde'));
  expect(await log.close()).toMatchObject({ truncated: false, sizeBytes: 5 });
});

it('fails the writer and the end when a chunk cannot be stored', async () => {
  const full = {
    ...memoryObjectStore(),
    put: () => Promise.reject(new Fault('STORE_FULL', 'full', { retryable: true })),
  };
  const { log, clock } = opened(10_000_000, full);
  await log.line('one');
  await clock.advance(1000);
  await expect(log.write(new Uint8Array(300_000))).rejects.toMatchObject({ code: 'STORE_FULL' });
  await expect(log.close()).rejects.toMatchObject({ code: 'STORE_FULL' });
});
