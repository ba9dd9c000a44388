import { streams, type Artifact } from '@gild/contracts';
import { jobId, registryUnderTest, sha256 } from '../registry-under-test.spec.js';

const stored = (text: string) => ({ key: `images/${text}`, sha256: sha256(text), sizeBytes: text.length });

const artifactFor = (arch: string): Artifact => ({
  ...{ object: stored(arch), arch, format: 'qcow2', virtualSizeBytes: 1, rootfsSha256: sha256('root') },
  ...{ packages: stored('[]'), taskservVersions: {} },
});

/** What is recorded of a version when it is published, with an image for each architecture. */
const publication = (image: string, version: string, arches: readonly string[]) => {
  const [first = '', ...others] = arches;
  const build = { jobId: jobId(1), attempt: 1, inputDigest: sha256('inputs') };
  const made = { ...build, version, buildNumber: 1, definition: {}, definitionDigest: sha256('definition') };
  return {
    VersionReserved: { ...made, arch: first, taskservs: [] },
    VersionConfirmed: { version, jobId: build.jobId, attempt: 1, checksum: artifactFor(first).object.sha256 },
    VersionPublished: {
      ...{ ...made, imageName: image, createdBy: 'ada', artifact: artifactFor(first) },
      ...(others.length > 0 && { others: others.map((arch) => ({ ...build, artifact: artifactFor(arch) })) }),
    },
  };
};

/** A registry with published versions, and machines that report to it. */
export const vmsUnderTest = async () => {
  const world = registryUnderTest();
  const { registry, record } = world;
  const publish = async (image: string, version: string, arches: readonly string[] = ['x86_64']) => {
    const { VersionPublished, ...ofImage } = publication(image, version, arches);
    for (const [type, data] of Object.entries(ofImage)) await record(streams.image(image), type, data);
    await record(streams.version(image, version), 'VersionPublished', VersionPublished);
  };
  const start = (
    vmId: string,
    reference: string,
    more: { host?: string; arch?: string; actor?: string } = {},
  ) => {
    const [image, version] = reference.split('@');
    return registry.reportVmStart({ vmId, actor: 'ada', image, version, host: 'oak', ...more });
  };
  const stop = (vmId: string, reason?: string) => registry.reportVmStop({ vmId, actor: 'bob', reason });
  const ids = async (query: object = {}) => (await registry.vms(query)).map(({ vm_id }) => vm_id);
  const usage = async (reference: string, at?: string) => {
    const [image, version] = reference.split('@');
    const found = await registry.version({ image, version, at });
    return [found.usage_count, found.vm_instances, found.last_used_at];
  };
  await publish('web', '1.0.0');
  await publish('web', '1.1.0');
  return { ...world, publish, start, stop, ids, usage };
};
