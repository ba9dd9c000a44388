import {
  type CacheFarm,
  cacheOfHost,
  type FillingProgress,
  type HostCache,
  putRecordRight,
} from '@gild/cache-application';
import type { CacheAnnouncement } from '@gild/contracts';
import { directoryHostCache, hostCacheMemory, isFileThere } from '@gild/host-cache-directory';
import { systemClock } from '@gild/node-runtime';
import type { ImageReference } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { cacheHostOf } from '../../farm/cache-host.js';
import { homeOf } from '../../farm/home.js';
import { type CommonOptions, type Context, withServer } from '../context.js';
import { disksOverHttp } from './disks-over-http.js';
import { farmOverHttp } from './farm-over-http.js';

export type CacheFlags = CommonOptions & { host?: string };

/** The cache of this host, and the farm that it belongs to. */
export type CacheHere = {
  client: HttpClient;
  farm: CacheFarm;
  host: string;
  cache: HostCache;
  /** What was announced since it was opened. */
  announced: readonly CacheAnnouncement[];
  /** Which version a disk is of, for one that is not in the cache yet. */
  know: (sha256: string, version: ImageReference) => void;
  /** Hears how far a disk has come. */
  follow: (filling: (progress: FillingProgress) => void) => void;
};

/** Works with the cache of this host; afterwards the record says what it holds. */
export const withCache = (
  context: Context,
  flags: CacheFlags,
  work: (here: CacheHere) => Promise<void>,
): Promise<void> => {
  const host = cacheHostOf(context.env, flags.host);
  return withServer(context, async (client) => {
    const { here, settle } = await openHere(client, host, context);
    try {
      await work(here);
    } finally {
      if (!context.interrupted.aborted) await settle();
    }
  });
};

const openHere = async (
  client: HttpClient,
  host: string,
  { env, interrupted, terminal }: Context,
): Promise<{ here: CacheHere; settle: () => Promise<void> }> => {
  const farm = farmOverHttp(client);
  const announced: CacheAnnouncement[] = [];
  const known = new Map<string, ImageReference[]>();
  let filling: ((progress: FillingProgress) => void) | undefined;
  const know: CacheHere['know'] = (sha256, version) =>
    void known.set(sha256, [...(known.get(sha256) ?? []), version]);
  const cacheHost = {
    ...{ host, farm, stop: interrupted, clock: systemClock, random: Math.random },
    source: disksOverHttp(client, async (sha256) => known.get(sha256) ?? [], interrupted),
    folderAt: (root: string) => directoryHostCache({ root, clock: systemClock }),
    usualRoot: homeOf(env).hostCache,
    memory: hostCacheMemory(homeOf(env).hostCache),
    isThere: isFileThere,
    told: (event: CacheAnnouncement) => void announced.push(event),
    report: () => undefined, // the record is put right at the end, or that says why not
    leftOut: ({ message }: Error) => terminal.note(`warning: ${message}`),
    filling: (progress: FillingProgress) => filling?.(progress),
  };
  const cache = await cacheOfHost(cacheHost);
  for (const { checksum, image_name: imageName, image_version: version, arch } of await cache.documents())
    know(checksum, { imageName, version, arch });
  const follow: CacheHere['follow'] = (other) => void (filling = other);
  return {
    here: { client, farm, host, cache, announced, know, follow },
    settle: async () => {
      const warning = await putRecordRight(cacheHost, cache).catch(
        (error: unknown) => `the farm could not be told what this cache holds: ${String(error)}`,
      );
      if (warning !== undefined) terminal.note(`warning: ${warning}`);
    },
  };
};
