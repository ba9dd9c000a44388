import { CacheId } from '@gild/contracts';
import { hostCacheMemory } from '@gild/host-cache-directory';
import { Fault } from '@gild/ports';
import { cacheHostOf } from '../../farm/cache-host.js';
import { homeOf } from '../../farm/home.js';
import { type Context, printer, withServer } from '../context.js';
import type { CacheFlags } from './cache-here.js';
import { farmOverHttp } from './farm-over-http.js';

export type TakeOverFlags = CacheFlags & { id?: string };

const idOf = async ({ id }: TakeOverFlags, env: NodeJS.ProcessEnv): Promise<string> => {
  if (id === undefined) return hostCacheMemory(homeOf(env).hostCache).cacheId();
  if (CacheId.safeParse(id).success) return id;
  throw new Fault(
    'INVALID_REQUEST',
    `--id: expected 32 hex digits, as the refusal names them, found "${id}"`,
  );
};

/** Has the name of a host on record for a cache, whosever it was. */
export const takeOver = (flags: TakeOverFlags, context: Context): Promise<void> => {
  const host = cacheHostOf(context.env, flags.host);
  return withServer(context, async (client) => {
    const cacheId = await idOf(flags, context.env);
    await farmOverHttp(client).announce(host, [], { cacheId, takeOver: true });
    printer(context, flags)(
      { host, cache_id: cacheId },
      () => `${host} is the name of cache ${cacheId} on record now\n`,
    );
  });
};
