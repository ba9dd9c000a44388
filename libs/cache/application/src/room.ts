import { admit, type CacheFull } from '@gild/cache-domain';
import type { CopyPiece } from '@gild/ports';
import { Fault } from '@gild/ports';
import { evictAll } from './clean-cache.js';
import type { HostCacheDeps } from './host-cache-deps.js';
import { hostState, type Reserved } from './host-state.js';

const ROUNDS = 5;

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

/** Nothing that is needed goes for an image. Later it may fit: when a machine ends, say. */
export const cacheFull = (what: string, details?: CacheFull, cause?: unknown): Fault =>
  new Fault(
    'CACHE_FULL',
    details === undefined
      ? `${what}: the disk is full, and nothing may be evicted for it; free some space`
      : `${what} needs ${gib(details.needBytes)}; the cache holds ${gib(details.cachedBytes)} of ${gib(details.maxCacheBytes)}, ${gib(details.inUseBytes)} of it in use, and ${gib(details.freeBytes)} of the disk are free, of which ${gib(details.keptFreeBytes)} stay so. Stop machines, free some space, or change the policy`,
    { retryable: true, details, cause },
  );

/** Room on the disk for what is being filled. */
export type Room = {
  reserved: Reserved;
  /** Has so many bytes free by the policy, and keeps them for that filling. Fault: CACHE_FULL. */
  make: (what: string, sha256: string, needBytes: number) => Promise<void>;
  /** That much of it is used now. */
  used: (sha256: string, piece: CopyPiece) => void;
  giveBack: (sha256: string) => void;
};

/** One after the other asks for room: no two are promised the same. Other processes count once their bytes are on the disk. */
export const roomOf = (deps: HostCacheDeps): Room => {
  const reserved = new Map<string, number>();
  let last: Promise<void> = Promise.resolve();

  const make: Room['make'] = async (what, sha256, needBytes) => {
    reserved.delete(sha256);
    for (let round = 1; ; round += 1) {
      const policy = { ...(await deps.policy()), now: deps.clock.now() };
      const admission = admit(await hostState(deps, reserved), policy, needBytes);
      if (!admission.ok) throw cacheFull(what, admission.refused);
      if (admission.evict.length === 0) break;
      // What came to be needed meanwhile did not go: another decision.
      await evictAll(deps, admission.evict);
      if (round === ROUNDS) throw cacheFull(what);
    }
    reserved.set(sha256, needBytes);
  };

  return {
    reserved,
    make: (what, sha256, needBytes) => {
      const made = last.then(() => make(what, sha256, needBytes));
      last = made.catch(() => undefined);
      return made;
    },
    used: (sha256, { start, end }) => {
      const left = reserved.get(sha256);
      if (left !== undefined) reserved.set(sha256, Math.max(0, left - (end - start)));
    },
    giveBack: (sha256) => void reserved.delete(sha256),
  };
};
