import { cacheSettings } from '@gild/cache-domain';
import { Fault } from '@gild/ports';
import { type CacheHost, cacheOfHost, putRecordRight } from './cache-of-host.js';
import { usualPlace } from './cache-places.js';
import type { HostCache } from './host-cache.js';
import { hostPulls, type HostPulls } from './host-pulls.js';
import { farmUntil, within } from './until-aborted.js';

/** How often the policy is asked whether it is time for a look. */
const ASK_EVERY_MS = 60_000;
/** How long its end waits for what cannot be broken off, such as a disk that does not answer. */
const END_WITHIN_MS = 5_000;

/** Keeps the cache of a host by the policy, and pulls what is asked of it. */
export type CacheKeeper = HostPulls & {
  start: () => void;
  /** The cache where the policy has it now: the same one until the policy has it elsewhere. */
  cache: () => Promise<HostCache>;
  /** Breaks off what runs. Resolves when nothing of it runs any more, or after five seconds. */
  stop: () => Promise<void>;
};

/** One cache for all that goes on in this process, so that room is promised once; opened anew where the policy moves it. */
const keptCache = (host: CacheHost) => {
  let opened: { root: string; cache: Promise<HostCache> } | undefined;
  return async (): Promise<{ root: string; cache: HostCache }> => {
    const root = await usualPlace(host);
    if (opened?.root !== root) opened = { root, cache: cacheOfHost(host) };
    const { cache } = opened;
    cache.catch(() => {
      if (opened?.cache === cache) opened = undefined;
    });
    return { root, cache: await cache };
  };
};

const isPutRight = async (host: CacheHost, cache: HostCache): Promise<boolean> => {
  try {
    const warning = await putRecordRight(host, cache);
    if (warning !== undefined) host.report(new Fault('CACHE_REQUEST_INVALID', warning));
    return true;
  } catch (error) {
    host.report(error);
    return false;
  }
};

/**
 * Looks when it starts, and then as often as the policy says: puts the record right, and evicts what has to go. A change of the policy,
 * of its `cache_location` too, counts within a minute. What fails is reported, and tried again a minute later.
 */
export const cacheKeeper = (given: CacheHost): CacheKeeper => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pulls = hostPulls({ ...given, stop: signal });
  const host = {
    ...{ ...given, farm: farmUntil(signal, given.farm), stop: signal, filling: pulls.filling },
    report: (error: unknown) => {
      if (!signal.aborted) given.report(error);
    },
  };
  const kept = keptCache(host);
  let looked: { at: number; root: string } | undefined;
  let running: Promise<void> = Promise.resolve();

  const lookIfDue = async (): Promise<void> => {
    const { lookEveryMs } = cacheSettings(await host.farm.policy());
    const { root, cache } = await kept();
    const now = host.clock.monotonicMs();
    if (looked?.root === root && now - looked.at < lookEveryMs) return;
    const isRight = await isPutRight(host, cache);
    // A record that cannot be put right keeps nothing in the cache that has to go.
    await cache.clean();
    if (isRight) looked = { at: now, root };
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await lookIfDue().catch(host.report);
      await host.clock.delay(ASK_EVERY_MS, signal).catch(() => undefined);
    }
  };

  const cache = async () => (await kept()).cache;
  return {
    start: () => void (running = run()),
    cache,
    pull: (request) => pulls.pull(request, { farm: host.farm, cache }),
    stop: async () => {
      stopping.abort();
      await within(END_WITHIN_MS, host.clock, Promise.all([running, pulls.ended()]));
    },
  };
};
