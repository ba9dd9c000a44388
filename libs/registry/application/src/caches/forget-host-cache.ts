import { ForgetHostCache, type ForgottenHostCache } from '@gild/contracts';
import type { RegistryDeps } from '../registry-deps.js';
import { parseRequest } from '../requests.js';
import type { RegistryViews } from '../views/registry-views.js';
import type { VmsState } from '../views/vms-view.js';
import { hostCacheRecord } from './cache-documents.js';
import { cacheRefusal } from './cache-refusals.js';
import { decideOnHostCache } from './decide-on-host-cache.js';

const runningOn = ({ vms }: VmsState, host: string): string[] =>
  [...vms]
    .filter(([, { status, machine }]) => status === 'running' && machine.host === host)
    .map(([id]) => id)
    .sort();

/**
 * Records that a host is gone for good. A machine that is reported to run there at the same moment is judged by what is on record before.
 * Faults: CACHE_HOST_NOT_FOUND, CACHE_HOST_IN_USE.
 */
export const forgetHostCache = async (
  request: unknown,
  { deps, views }: { deps: RegistryDeps; views: RegistryViews },
): Promise<ForgottenHostCache> => {
  const { host, actor, reason } = parseRequest(ForgetHostCache, request);
  const { vms } = await views.imagesAndVms();
  const caches = await views.hostCaches();
  const [{ entries }, known] = [hostCacheRecord(caches, host), [...caches.keys()]];
  const data = { host, by: actor, reason, machines: runningOn(vms, host) };
  const decision = await decideOnHostCache({ type: 'ForgetHost', data }, actor, deps);
  if (!decision.ok) throw cacheRefusal(decision.rejection, { host, known });
  const recorded = decision.events.length > 0;
  return { host, recorded, entries: recorded ? entries.length : 0 };
};
