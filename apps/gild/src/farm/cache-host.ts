import { hostname } from 'node:os';
import { VmHost } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** The name of this host's cache on record: the one that is given, else `GILD_CACHE_HOST`, else the host's. Fault: INVALID_REQUEST. */
export const cacheHostOf = (env: NodeJS.ProcessEnv, given?: string): string => {
  const variable = env['GILD_CACHE_HOST'] ?? '';
  const name = given ?? (variable === '' ? hostname() : variable);
  const known = VmHost.safeParse(name);
  if (known.success) return known.data;
  const whence = given === undefined ? 'GILD_CACHE_HOST, or the name of this host' : '--host';
  throw new Fault('INVALID_REQUEST', `${whence}: ${known.error.issues[0]?.message ?? ''}, found "${name}"`);
};

/** The host that is named, where it is not this one; undefined where it is, or none is named. Fault: INVALID_REQUEST. */
export const otherHost = (given: string | undefined, env: NodeJS.ProcessEnv): string | undefined => {
  if (given === undefined) return undefined;
  const host = cacheHostOf(env, given);
  return host === ownName(env) ? undefined : host;
};

/** A host whose name cannot be on record is none that anybody names. */
const ownName = (env: NodeJS.ProcessEnv): string | undefined => {
  try {
    return cacheHostOf(env);
  } catch {
    return undefined;
  }
};
