import { streams, type Artifact } from '@gild/contracts';
import type { ImagesState, PublishedVersion } from '../views/images-view.js';
import { jobId, registryUnderTest, sha256 } from '../registry-under-test.spec.js';

const stored = (text: string) => ({ key: `images/${text}`, sha256: sha256(text), sizeBytes: text.length });

const artifactFor = (arch: string): Artifact => ({
  ...{ object: stored(arch), arch, format: 'qcow2', virtualSizeBytes: 1, rootfsSha256: sha256('root') },
  ...{ packages: stored('[]'), taskservVersions: {} },
});

/** A version as it is published, with an image for each architecture. */
export const publication = (image: string, version: string, arches: readonly string[] = ['x86_64']) => {
  const [first = '', ...others] = arches;
  const build = { jobId: jobId(1), attempt: 1, inputDigest: sha256('inputs') };
  return {
    ...{ imageName: image, version, buildNumber: 1, createdBy: 'ada', definition: {} },
    ...{ ...build, definitionDigest: sha256('definition'), artifact: artifactFor(first) },
    ...(others.length > 0 && { others: others.map((arch) => ({ ...build, artifact: artifactFor(arch) })) }),
  };
};

/** The image web with versions of these numbers. */
export const imagesWith = (numbers: readonly string[]): ImagesState => {
  const version = (number: string): PublishedVersion => ({
    ...publication('web', number),
    ...{ publishedAt: '2026-11-23T09:00:00.000Z', bootTest: true },
  });
  const versions = new Map(numbers.map((number) => [number, version(number)]));
  const image = { definition: {}, definitionDigest: '', definedAt: '', versions, open: new Map() };
  return new Map([['web', image]]);
};

/** A registry with published versions, and machines that report to it. */
export const vmsUnderTest = async () => {
  const world = registryUnderTest();
  const { registry, record } = world;
  const publish = (image: string, version: string, arches?: readonly string[]) =>
    record(streams.version(image, version), 'VersionPublished', publication(image, version, arches));
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
