import type { PartSender, SentPart } from './multipart.js';
import type { PartBuffers } from './part-buffers.js';

export type Sending = { parallel: number; buffers: PartBuffers; signal?: AbortSignal | undefined };

/**
 * Sends parts as they come, several at once; the next one is asked for when there is room. The first failure stops the others,
 * and it rejects when none is under way any more.
 */
export const sendParts = async (
  sendPart: PartSender,
  parts: AsyncIterable<Buffer>,
  { parallel, buffers, signal }: Sending,
): Promise<readonly SentPart[]> => {
  const failing = new AbortController();
  const stop = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
  const sent: SentPart[] = [];
  const running = new Set<Promise<void>>();
  const send = async (number: number, part: Buffer): Promise<void> => {
    try {
      sent[number - 1] = await sendPart(number, part, stop);
      buffers.giveBack(part);
    } catch (error) {
      failing.abort(error);
    }
  };
  try {
    let number = 0;
    for await (const part of parts) {
      stop.throwIfAborted();
      if (part.length === 0 && number > 0) continue;
      number += 1;
      const task: Promise<void> = send(number, part).finally(() => running.delete(task));
      running.add(task);
      if (running.size >= parallel) await Promise.race(running);
    }
  } catch (error) {
    failing.abort(error);
  }
  await Promise.all(running);
  failing.signal.throwIfAborted();
  return sent;
};
