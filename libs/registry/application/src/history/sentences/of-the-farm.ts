import { type HostCacheEvent, type PolicyEvent, type VmEvent, type SigningKeyEvent } from '@gild/contracts';
import { because, gibibytes, short, type SentencesOf } from './words.js';

type VmRun = Extract<VmEvent, { type: 'VmStarted' }>['data'];

const ranText = ({
  imageName,
  version,
  arch,
  channel,
}: Pick<VmRun, 'imageName' | 'version' | 'arch' | 'channel'>): string => {
  const more = [channel === undefined ? [] : `channel ${channel}`, arch ?? []].flat().join(', ');
  return `${imageName}@${version}${more === '' ? '' : ` (${more})`}`;
};

/** A copy of an image on a host, as a sentence names it. */
const copyOf = (
  copy: Omit<Extract<HostCacheEvent, { type: 'CacheEntryEvicted' }>['data'], 'reason'>,
): string => `${copy.imageName}@${copy.version} for ${copy.arch} (${gibibytes(copy.sizeBytes)})`;

const WHY_EVICTED = {
  expired: 'its time was over',
  size: 'the cache was larger than the policy lets it be',
  disk: 'the disk had less room than the policy keeps free',
  requested: 'somebody asked for it',
  missing: 'the host has it no more',
};

/** Sentences on virtual machines, hosts' caches, the policy and the keys. */
export const ofTheFarm: SentencesOf<PolicyEvent | VmEvent | SigningKeyEvent | HostCacheEvent> = {
  PolicySet: ({ by }) => `${by} set the policy`,
  SigningKeyIntroduced: ({ keyId, name, replaces }) =>
    `the history is signed with key ${keyId} as ${name} from here on${replaces === undefined ? '' : `, instead of ${replaces}`}`,
  SigningKeyRotated: ({ keyId, from, by, reason }) =>
    `${by} had key ${keyId} made, which signs from here on instead of ${from}${because(reason)}`,
  SigningKeyRevoked: ({ keyId, by, reason, since }) =>
    `${by} revoked key ${keyId}${since === undefined ? '' : `, but for what was on record at ${since}`}: ${reason}`,
  VmStarted: ({ vmId, host, ...ran }) => `VM ${vmId} started on ${host} from ${ranText(ran)}`,
  VmReimaged: ({ vmId, host, from, ...ran }) =>
    `VM ${vmId} on ${host} runs ${ranText(ran)} instead of ${from.imageName}@${from.version}`,
  VmMoved: ({ vmId, host, fromHost, ...ran }) =>
    `VM ${vmId} moved from ${fromHost} to ${host} with ${ranText(ran)}`,
  VmStopped: ({ vmId, host, reason, ...ran }) =>
    `VM ${vmId} stopped on ${host}, where it ran ${ranText(ran)}${because(reason)}`,
  HostCacheNamed: ({ host, cacheId, replaces }) =>
    `${host} is the name of cache ${short(cacheId)} from here on${replaces === undefined ? '' : `, instead of ${short(replaces)}`}`,
  HostCacheForgotten: ({ host, by, reason }) =>
    `${by} had ${host} forgotten, with what its cache held: ${reason}`,
  ImageCached: ({ expiresAt, ...copy }) => `${copyOf(copy)} is cached on ${copy.host} until ${expiresAt}`,
  CacheEntryEvicted: ({ reason, ...copy }) =>
    `${copyOf(copy)} was removed from the cache of ${copy.host}: ${WHY_EVICTED[reason]}`,
  CacheEntryDamaged: ({ foundSha256, quarantinePath, ...copy }) =>
    `${copyOf(copy)} was found damaged on ${copy.host} (sha256 ${short(foundSha256)}), and put aside as ${quarantinePath}`,
};
