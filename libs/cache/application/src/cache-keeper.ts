import { cacheSettings } from '@gild/cache-domain';
import { Fault } from '@gild/ports';
import { type CacheHost, cacheOfHost, putRecordRight } from './cache-of-host.js';

/** How often the policy is asked whether it is time for a look. */
const ASK_EVERY_MS = 60_000;

/** Keeps the cache of a host by the policy. */
export type CacheKeeper = {
  start: () => void;
  /** Resolves when nothing of it runs any more. */
  stop: () => Promise<void>;
};

/**
 * Looks when it starts, and then as often as the policy says: puts the record right, and evicts what has to go. A change of the policy
 * counts within a minute. What fails is reported, and tried again a minute later.
 */
export const cacheKeeper = (host: CacheHost): CacheKeeper => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let lookedAt: number | undefined;
  let running: Promise<void> = Promise.resolve();

  const lookIfDue = async (): Promise<void> => {
    const { lookEveryMs } = cacheSettings(await host.farm.policy());
    const now = host.clock.monotonicMs();
    if (lookedAt !== undefined && now - lookedAt < lookEveryMs) return;
    const cache = await cacheOfHost({ ...host, stop: signal });
    // A record that cannot be put right keeps nothing in the cache that has to go.
    const warning = await putRecordRight(host, cache).catch((error: unknown) => host.report(error));
    if (typeof warning === 'string') host.report(new Fault('CACHE_REQUEST_INVALID', warning));
    await cache.clean();
    lookedAt = now;
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await lookIfDue().catch((error: unknown) => {
        if (!signal.aborted) host.report(error);
      });
      await host.clock.delay(ASK_EVERY_MS, signal).catch(() => undefined);
    }
  };

  return {
    start: () => void (running = run()),
    stop: () => {
      stopping.abort();
      return running;
    },
  };
};
