import { ForgetHostCache, HostCacheEvent, streams, type ForgottenHostCache } from '@gild/contracts';
import { eventId, eventParser } from '@gild/application-core';
import { cacheDocument, cacheRecord, type CacheRecord } from '@gild/cache-domain';
import type { RecordedEvent } from '@gild/ports';
import type { RegistryDeps } from '../registry-deps.js';
import { parseRequest, requestIdTaken } from '../requests.js';
import type { RegistryViews } from '../views/registry-views.js';
import type { VmsState } from '../views/vms-view.js';
import { cacheRefusal } from './cache-refusals.js';
import { decideOnHostCache } from './decide-on-host-cache.js';

const runningOn = ({ vms }: VmsState, host: string): string[] =>
  [...vms]
    .filter(([, { status, machine }]) => status === 'running' && machine.host === host)
    .map(([id]) => id)
    .sort();

/**
 * Records that a host is gone for good. A machine that is reported to run there at the same moment is judged by what is on record before.
 * Repeated with its `requestId` it changes nothing, and is answered as it was the first time, if it recorded anything then. Faults: CACHE_HOST_NOT_FOUND,
 * CACHE_HOST_IN_USE, INVALID_REQUEST.
 */
export const forgetHostCache = async (
  request: unknown,
  { deps, views }: { deps: RegistryDeps; views: RegistryViews },
): Promise<ForgottenHostCache> => {
  const { host, actor, reason, requestId } = parseRequest(ForgetHostCache, request);
  const { vms } = await views.imagesAndVms();
  const data = { host, by: actor, reason, machines: runningOn(vms, host) };
  const commandId = requestId === undefined ? deps.ids.uuid() : `forget ${host} ${requestId}`;
  const decision = await decideOnHostCache(
    { type: 'ForgetHost', data },
    { actor, commandId, requestId },
    deps,
  );
  if (!decision.ok) {
    const known = (await views.hostCaches()).keys();
    throw cacheRefusal(decision.rejection, { host, known });
  }
  const found = await forgettingBy(commandId, host, deps);
  if (found === undefined) return { host, recorded: false, entries: 0 };
  if (found.event.data['by'] !== actor || found.event.data['reason'] !== reason) throw requestIdTaken();
  return { host, recorded: true, entries: found.entries };
};

const parse = eventParser(HostCacheEvent);

/** As they are told: facts that make no entry are none. */
const entriesIn = ({ images }: CacheRecord): number =>
  [...images.values()].filter((facts) => cacheDocument(facts) !== undefined).length;

type Forgetting = { event: RecordedEvent; entries: number };

/** What the command recorded, now or before, and how many entries there were then. */
const forgettingBy = async (
  commandId: string,
  host: string,
  { store, sha256 }: RegistryDeps,
): Promise<Forgetting | undefined> => {
  const id = eventId(sha256, commandId, 0);
  let record = cacheRecord.initial;
  for await (const event of store.readStream(streams.hostCache(host))) {
    if (event.id === id) return { event, entries: entriesIn(record) };
    const known = parse(event);
    if (known !== undefined) record = cacheRecord.evolve(record, known);
  }
  return undefined;
};
