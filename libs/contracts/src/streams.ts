/**
 * Names of event streams: `<category>-<id>`. A category has no dash, because the first dash splits the two
 * (KurrentDB's category index does the same). No other place in the code spells a stream name.
 */
export const streams = {
  image: (name: string) => `image-${name}`,
  job: (jobId: string) => `job-${jobId}`,
  version: (image: string, version: string) => `version-${image}@${version}`,
  /** The signed provenance of a version. */
  provenance: (image: string, version: string) => `provenance-${image}@${version}`,
  agent: (agentId: string) => `agent-${agentId}`,
  joinToken: (tokenId: string) => `joinToken-${tokenId}`,
  vm: (vmId: string) => `vm-${vmId}`,
  /** What all schedulers of the farm gave out, in the order in which it was decided. */
  placement: () => 'placement-farm',
  hostCache: (host: string) => `hostcache-${host}`,
  policy: (registry: string) => `policy-${registry}`,
  /** What is removed from the object store of a registry. */
  storage: (registry: string) => `storage-${registry}`,
  /** The keys a registry's history is signed with. */
  keys: (registry: string) => `keys-${registry}`,
} as const;

/** The category of a stream name and the id behind it. */
export const splitStream = (stream: string): { category: string; id: string } => {
  const dash = stream.indexOf('-');
  return dash < 0
    ? { category: stream, id: '' }
    : { category: stream.slice(0, dash), id: stream.slice(dash + 1) };
};
