import { Fault, type Messenger } from '@gild/ports';
import type { InProcessBus } from './in-process-bus.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/** Requests and hints over an in-process bus. */
export const inProcessMessenger = (bus: InProcessBus): Messenger => ({
  request: (subject, payload, options) =>
    withTimeout(bus.request(subject, payload), subject, options?.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  hint: (subject, payload) => bus.hint(subject, payload),
  onHint: async (subject, handler) => bus.onHint(subject, handler),
});

const withTimeout = async (
  answer: Promise<unknown>,
  subject: string,
  timeoutMs: number,
): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Fault('TIMEOUT', `${subject} was not answered within ${timeoutMs} ms`, { retryable: true }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    clearTimeout(timer);
  }
};
