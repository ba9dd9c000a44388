import type { HostPull, HostPullRequest } from '@gild/contracts';
import { type Clock, Fault } from '@gild/ports';
import type { CacheFarm } from './cache-farm.js';
import type { HostCache, PulledImage } from './host-cache.js';
import type { FillingProgress } from './host-cache-deps.js';
import { within } from './until-aborted.js';
import { wantedVersion } from './wanted-version.js';
import type { WantedImage } from './wanted-image.js';

/** What became of a pull is told for so long. */
const KEPT_MS = 600_000;
const MOST_AT_ONCE = 32;

/** Pulls that the farm asks of this host. */
export type HostPulls = {
  /**
   * Begins a pull, or tells how far it is, within `waitMs`. It goes on whoever asks no more. Faults: those of `wantedVersion` and
   * `HostCache.pull`, INVALID_REQUEST, TOO_MANY_REQUESTS, UNAVAILABLE when the host is about to stop.
   */
  pull: (request: HostPullRequest) => Promise<HostPull>;
};

type Ended = Extract<HostPull, { state: 'cached' }>;
type Pull = { sha256?: string; totalBytes: number; outcome: Promise<Ended>; endedAt?: number };
type With = { farm: CacheFarm; cache: () => Promise<HostCache> };
type Given = { host: string; clock: Pick<Clock, 'delay' | 'monotonicMs'>; stop: AbortSignal };

/** The pulls of one host; what they have received they hear from `filling`. */
export const hostPulls = ({ host, clock, stop }: Given) => {
  const pulls = new Map<string, Pull>();
  const received = new Map<string, number>();
  const running = () => [...pulls.values()].filter(({ endedAt }) => endedAt === undefined);

  const begun = (request: HostPullRequest, by: With): Pull => {
    if (stop.aborted) throw stopping(host);
    if (running().length >= MOST_AT_ONCE) throw tooMany(host);
    const pull: Pull = { totalBytes: 0, outcome: pulledNow(request, by, (wanted) => begin(pull, wanted)) };
    pull.outcome = pull.outcome
      .catch((error: unknown) => Promise.reject(stop.aborted ? stopping(host) : (error as Error)))
      .finally(() => {
        pull.endedAt = clock.monotonicMs();
        if (pull.sha256 !== undefined) received.delete(pull.sha256);
      });
    pull.outcome.catch(() => undefined); // whoever asks hears of it
    pulls.set(request.pullId, pull);
    return pull;
  };

  return {
    filling: ({ sha256, receivedBytes }: FillingProgress) => void received.set(sha256, receivedBytes),
    pull: async (request: HostPullRequest, by: With): Promise<HostPull> => {
      if (request.host !== host)
        throw new Fault('INVALID_REQUEST', `this is the cache of ${host}, and not of ${request.host}`);
      forgetOld(pulls, clock.monotonicMs() - KEPT_MS);
      const pull = pulls.get(request.pullId) ?? begun(request, by);
      if (request.waitMs > 0)
        await within(
          request.waitMs,
          clock,
          pull.outcome.catch(() => undefined),
        );
      if (pull.endedAt !== undefined) return pull.outcome;
      const receivedBytes = received.get(pull.sha256 ?? '') ?? 0;
      return { state: 'pulling', host, receivedBytes, totalBytes: pull.totalBytes };
    },
    /** Resolves when none runs any more. */
    ended: () => Promise.allSettled(running().map(({ outcome }) => outcome)),
  };
};

const forgetOld = (pulls: Map<string, Pull>, oldest: number): void => {
  for (const [id, { endedAt }] of pulls) if (endedAt !== undefined && endedAt < oldest) pulls.delete(id);
};

const begin = (pull: Pull, { object }: WantedImage): void => {
  pull.sha256 = object.sha256;
  pull.totalBytes = object.sizeBytes;
};

const pulledNow = async (
  { host, image, version, arch }: HostPullRequest,
  { farm, cache }: With,
  begin: (wanted: WantedImage) => void,
): Promise<Ended> => {
  const wanted = await wantedVersion(farm, { image, version, arch });
  begin(wanted);
  const here = await cache();
  return cachedOf(host, await here.pull(wanted), await entryOf(here, wanted));
};

const cachedOf = (
  host: string,
  { filled, fetchedBytes }: PulledImage,
  entry: Ended['entry'] | undefined,
): Ended => {
  if (entry !== undefined) return { state: 'cached', host, filled, fetchedBytes, entry };
  throw new Fault('CACHE_IO', `${host} evicted the image as soon as it was there; ask again`);
};

const entryOf = async (cache: HostCache, { imageName, version, arch }: WantedImage) =>
  (await cache.documents()).find(
    (entry) => entry.image_name === imageName && entry.image_version === version && entry.arch === arch,
  );

const stopping = (host: string): Fault =>
  new Fault(
    'UNAVAILABLE',
    `the cache manager of ${host} is about to stop; what was received whole is kept: ask again, and it goes on from there`,
    { retryable: true },
  );

const tooMany = (host: string): Fault =>
  new Fault(
    'TOO_MANY_REQUESTS',
    `${host} works on ${MOST_AT_ONCE} pulls, and takes no more before one has ended; ask again`,
    { retryable: true },
  );
