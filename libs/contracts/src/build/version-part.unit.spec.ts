import { ImageEvent } from '../events/image-events.js';
import { JobEvent } from '../events/job-events.js';
import { publishedArtifacts, VersionEvent } from '../events/version-events.js';
import { partsOf } from './version-part.js';

const digest = (letter: string) => letter.repeat(64);
const one = { arch: 'x86_64', jobId: 'job1', inputDigest: digest('a') };
const other = { arch: 'aarch64', jobId: 'job2', inputDigest: digest('b') };
const build = { definition: { name: 'web' }, definitionDigest: digest('d'), buildNumber: 1 };
const stored = { key: 'k', sha256: digest('c'), sizeBytes: 1 };
const artifact = {
  ...{ object: stored, packages: stored, arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 1 },
  ...{ rootfsSha256: digest('f'), taskservVersions: {} },
};

/** As releases recorded them before a version could have several architectures. */
const RECORDED = {
  reserved: { type: 'VersionReserved', data: { ...one, ...build, version: '1.0.0', taskservs: [] } },
  requested: {
    type: 'BuildRequested',
    data: {
      ...{ ...one, ...build, imageName: 'web', imageVersion: '1.0.0', priority: 0, requestedBy: 'ada' },
      ...{ useCache: true, bootTest: true, infrastructureRetries: 3, timeoutMs: 1 },
    },
  },
  published: {
    type: 'VersionPublished',
    data: { ...one, ...build, imageName: 'web', version: '1.0.0', attempt: 2, createdBy: 'ada', artifact },
  },
};

it('is one of what an older release recorded', () => {
  const reserved = ImageEvent.parse(RECORDED.reserved);
  expect(reserved.type === 'VersionReserved' && partsOf(reserved.data)).toStrictEqual([one]);
  const requested = JobEvent.parse(RECORDED.requested);
  expect(requested.type === 'BuildRequested' && partsOf(requested.data)).toStrictEqual([one]);
  const published = VersionEvent.parse(RECORDED.published);
  expect(published.type === 'VersionPublished' && publishedArtifacts(published.data)).toStrictEqual([
    { jobId: 'job1', attempt: 2, inputDigest: digest('a'), artifact },
  ]);
});

it('is each of several in their order, whichever of them tells', () => {
  const { data } = RECORDED.requested;
  const requested = JobEvent.parse({
    type: 'BuildRequested',
    data: { ...data, ...other, parts: [one, other] },
  });
  expect(requested.type === 'BuildRequested' && partsOf(requested.data)).toStrictEqual([one, other]);
});
