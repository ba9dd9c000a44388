import { type LogRecord, objectKeys, subjects } from '@gild/contracts';
import type { Clock, Messenger, AgentObjects, Sha256 } from '@gild/ports';
import { chunkQueue } from './chunk-queue.js';

const WRITE_AT_BYTES = 256 * 1024;
const LARGEST_CHUNK_BYTES = 1_048_576;
const WRITE_EVERY_MS = 1_000;

export type LogWriter = {
  /** Output of programs. Resolves when there is room again: a process that floods the log waits for the store. */
  write: (chunk: Uint8Array) => Promise<void>;
  /** A line of the builder itself; kept also beyond the limit. */
  line: (text: string) => Promise<void>;
  /** Stores what is left. `sha256` is taken over the digests of the chunks, each followed by a newline. */
  close: () => Promise<LogRecord>;
};

export type LogWriterDeps = {
  agentId: string;
  objects: AgentObjects;
  messenger: Messenger;
  clock: Clock;
  sha256: Sha256;
  limitBytes: number;
};

/** The log of one attempt as numbered objects, written every second or 256 KiB; past the limit it is only counted. */
export const logWriter = (jobId: string, attempt: number, deps: LogWriterDeps): LogWriter => {
  const encoder = new TextEncoder();
  const limit = outputLimit(deps.limitBytes);
  const chunks = chunkStore(jobId, attempt, deps);
  const closed = new AbortController();
  const stored = repeatedly(chunks.flush, deps.clock, closed.signal);

  const keep = async (bytes: Uint8Array): Promise<void> => {
    chunks.add(bytes);
    if (chunks.waiting() >= WRITE_AT_BYTES) await chunks.flush();
  };
  const line = (text: string): Promise<void> => keep(encoder.encode(`${text}\n`));

  return {
    line,
    write: async (chunk) => {
      const { kept, isEnd } = limit.take(chunk);
      if (kept.length > 0) await keep(kept);
      if (isEnd)
        await line(
          `\n[the output of programs ends here: it reached the limit of ${deps.limitBytes} bytes; the build goes on]`,
        );
    },
    close: async () => {
      closed.abort();
      await stored;
      if (limit.dropped() > 0) await line(`[${limit.dropped()} bytes of output were left out]`);
      await chunks.flush();
      return { ...chunks.record(), truncated: limit.dropped() > 0 };
    },
  };
};

/** Counts what programs print; `isEnd` once, with the first byte that is too many. */
const outputLimit = (limitBytes: number) => {
  let keptBytes = 0;
  let droppedBytes = 0;
  return {
    take: (chunk: Uint8Array): { kept: Uint8Array; isEnd: boolean } => {
      const kept = chunk.subarray(0, Math.max(0, limitBytes - keptBytes));
      const isEnd = droppedBytes === 0 && kept.length < chunk.length;
      keptBytes += kept.length;
      droppedBytes += chunk.length - kept.length;
      return { kept, isEnd };
    },
    dropped: () => droppedBytes,
  };
};

const chunkStore = (jobId: string, attempt: number, deps: LogWriterDeps) => {
  const { agentId, objects, messenger, sha256 } = deps;
  const queue = chunkQueue();
  const digests: string[] = [];
  let sizeBytes = 0;
  let storing: Promise<void> = Promise.resolve();

  const storeAll = async (): Promise<void> => {
    for (let bytes = queue.take(LARGEST_CHUNK_BYTES); bytes; bytes = queue.take(LARGEST_CHUNK_BYTES)) {
      const chunk = digests.length + 1;
      const stored = await objects.put(objectKeys.logChunk(jobId, attempt, chunk), bytes);
      digests.push(stored.sha256);
      sizeBytes += bytes.length;
      messenger.hint(subjects.jobLog(agentId, jobId), { attempt, chunk });
    }
  };

  return {
    add: queue.add,
    waiting: queue.size,
    /** After the first failure every later one fails the same way: a log with a gap is none. */
    flush: (): Promise<void> => (storing = storing.then(storeAll)),
    record: () => ({
      chunks: digests.length,
      sizeBytes,
      sha256: sha256(digests.map((digest) => `${digest}\n`).join('')),
    }),
  };
};

/** Ends with the signal; a failure shows in the next write or at the end, which meet the same one. */
const repeatedly = async (flush: () => Promise<void>, clock: Clock, signal: AbortSignal): Promise<void> => {
  try {
    for (;;) {
      await clock.delay(WRITE_EVERY_MS, signal);
      await flush();
    }
  } catch {
    return;
  }
};
