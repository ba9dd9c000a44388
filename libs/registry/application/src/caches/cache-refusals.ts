import type { CacheRefusal } from '@gild/cache-domain';
import { Fault } from '@gild/ports';
import { nearestNames } from '@gild/registry-domain';

const LISTED = 5;

/** `asking`: the cache that announced. `known`: the hosts on record. */
type About = { host: string; asking?: string | undefined; known?: Iterable<string> };

/** What a host or a person is told when something about the cache of a host is refused. */
export const cacheRefusal = (rejection: CacheRefusal, { host, asking = '', known = [] }: About): Fault => {
  switch (rejection.code) {
    case 'CACHE_HOST_TAKEN': {
      const { cacheId: owner } = rejection;
      const text = `${host} is on record as the name of another cache (${owner}) than this one (${asking}): give this one a name of its own with GILD_CACHE_HOST or --host, or, where the other is gone for good, gild cache take-over --host ${host} --id ${asking}`;
      return new Fault(rejection.code, text, { details: { host, owner } });
    }
    case 'CACHE_HOST_NOT_FOUND':
      return new Fault(
        rejection.code,
        `no host ${host} was ever on record with a cache${hintOf(host, [...known].sort())}`,
      );
    case 'CACHE_HOST_IN_USE': {
      const { machines } = rejection;
      const text = `${running(machines)} on ${host} by what was reported; report that they stopped (gild vm stop VM) or where they run now (gild vm start), and then forget the host`;
      return new Fault(rejection.code, text, { details: { host, machines } });
    }
  }
};

const listed = (names: readonly string[]): string => {
  const more = names.length > LISTED ? ` and ${String(names.length - LISTED)} more` : '';
  return `${names.slice(0, LISTED).join(', ')}${more}`;
};

const hintOf = (host: string, known: readonly string[]): string => {
  const near = nearestNames(host, known);
  if (near.length > 0) return `; did you mean ${near.join(' or ')}?`;
  return known.length === 0 ? ', and no other is now' : `; on record: ${listed(known)}`;
};

const running = (machines: readonly string[]): string =>
  machines.length === 1 ? `the VM ${listed(machines)} runs` : `the VMs ${listed(machines)} run`;
