// The events of one build, from the request to the version and what becomes of it, as the services record them.
import { createHash } from 'node:crypto';
import { streams } from '../../../libs/contracts/dist/index.js';

export const STEPS = 70;

export const sha = (text) => createHash('sha256').update(text).digest('hex');
export const imageName = (number) => `image-${String(number).padStart(3, '0')}`;
export const versionNumber = (number) => `1.${String(number)}.0`;
export const jobId = (number) => `01J${String(number).padStart(23, '0')}`;

const definitionOf = (image) => ({
  ...{
    name: image,
    description: `What ${image} is for`,
    base_os: 'debian',
    os_version: '12',
    arch: 'x86_64',
  },
  taskservs: ['nginx', 'redis', 'postgresql', 'node-exporter'].map((name) => ({ name, version: '1.2.3' })),
  ...{ disk_size_gb: 10, format: 'qcow2', compression: false, packages: ['curl', 'jq', 'vim'] },
  steps: { run_tests: true, compress_image: true, clean_apt_cache: true },
  files: [{ path: '/etc/motd', content: `Welcome to ${image}\n`.repeat(10), mode: '0644' }],
});

const object = (kind, of, sizeBytes) => ({ key: `${kind}/${sha(of)}`, sha256: sha(of), sizeBytes });
const LAYERS = ['prepare_base', 'taskserv:nginx', 'taskserv:redis', 'taskserv:postgresql'];

const artifactOf = (job) => ({
  object: object('images', `disk ${job}`, 734_003_200),
  ...{ arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 10_737_418_240, rootfsSha256: sha(`root ${job}`) },
  packages: object('packages', `packages ${job}`, 48_000),
  taskservVersions: { nginx: '1.22.1', redis: '7.0.15', postgresql: '15.8', 'node-exporter': '1.5.0' },
  layers: LAYERS.map((step) => {
    const layer = `${step} ${job}`;
    return { step, key: sha(layer), object: object('layers', `bytes ${layer}`, 9_000_000) };
  }),
});

const of = (stream) => (type, data) => [stream, type, data];

/** What the number of a build decides about it: builds take turns with the images. */
const buildOf = (number, images) => {
  const [image, job, count] = [imageName(number % images), jobId(number), Math.floor(number / images)];
  const definition = definitionOf(image);
  const digests = { definitionDigest: sha(image), inputDigest: sha(`inputs ${job}`) };
  const facts = { jobId: job, buildNumber: number + 1, arch: 'x86_64', definition, ...digests };
  return { number, image, job, count, version: versionNumber(count), definition, facts };
};

/** Every event of the build of that number, as `[stream, type, data]`. */
export function* buildEvents(number, images) {
  const build = buildOf(number, images);
  yield* requested(build);
  yield* attempt(build);
  yield* published(build);
  yield* replacing(build);
}

function* requested({ image, job, count, version, definition, facts }) {
  const ofImage = of(streams.image(image));
  if (count === 0)
    yield ofImage('ImageDefined', { imageName: image, definition, definitionDigest: sha(image) });
  yield ofImage('VersionReserved', { ...facts, version, taskservs: ['nginx', 'redis'], bootTest: true });
  yield of(streams.job(job))('BuildRequested', {
    ...{ ...facts, imageName: image, imageVersion: version, priority: 5, requestedBy: 'ada' },
    ...{ useCache: true, bootTest: true, infrastructureRetries: 2, timeoutMs: 3_600_000 },
  });
}

function* attempt(build) {
  const ofJob = of(streams.job(build.job));
  const agentId = `agent-${String(build.number % 50)}`;
  yield ofJob('BuildWaiting', { reason: { code: 'NO_FREE_SLOT', message: 'every agent is at work' } });
  yield ofJob('AttemptGranted', { attempt: 1, agentId, leaseMs: 30_000 });
  yield* steps(ofJob);
  const checks = ['nginx', 'redis'].map((name) => ({
    ...{ name, passed: true, attempts: 1, output: 'active', ms: 120 },
  }));
  const times = { msToKernel: 900, msToUserspace: 4_000, msToChecksGreen: 9_000 };
  const boot = { firmware: 'bios', accelerator: 'kvm', passed: true, ...times, checks };
  yield ofJob('BootTested', { attempt: 1, ...boot });
  const log = { chunks: 3, sizeBytes: 180_000, sha256: sha(`log ${build.job}`), truncated: false };
  yield ofJob('LogStored', { attempt: 1, log });
  yield ofJob('ArtifactReported', { attempt: 1, artifact: artifactOf(build.job) });
}

function* steps(ofJob) {
  const planned = Array.from({ length: STEPS }, (_, index) => ({
    ...{ name: `taskserv:service-${index}`, title: `install service ${index}`, key: sha(String(index)) },
    ...{ cached: index % 3 !== 0, skipped: false },
  }));
  yield ofJob('PlanResolved', { attempt: 1, steps: planned });
  for (const [index, { name: step, cached }] of planned.entries()) {
    yield ofJob('StepStarted', { attempt: 1, step });
    const took = { durationMs: 900 + index, cache: cached ? 'hit' : 'miss' };
    yield ofJob('StepFinished', { attempt: 1, step, status: 'done', ...took });
  }
}

function* published({ image, job, version, facts }) {
  const ofVersion = of(streams.version(image, version));
  const confirmed = { jobId: job, attempt: 1, checksum: sha(`disk ${job}`) };
  yield ofVersion('ArtifactsAccepted', { artifacts: [confirmed] });
  yield of(streams.image(image))('VersionConfirmed', { version, ...confirmed });
  yield ofVersion('VersionPublished', {
    ...{ ...facts, imageName: image, version, attempt: 1, createdBy: 'ada', description: 'one of many' },
    artifact: artifactOf(job),
  });
  yield of(streams.job(job))('BuildCompleted', { attempt: 1, version });
}

/** Every version is promoted, and takes the place of the one before. */
function* replacing({ image, count, version }) {
  const ofImage = of(streams.image(image));
  const before = versionNumber(count - 1);
  const moved = { version, ...(count > 0 && { from: before }), how: 'promotion', by: 'ada' };
  yield ofImage('ChannelMoved', { channel: 'stable', ...moved });
  const deprecated = { version: before, replacement: version, by: 'ada', reason: 'newer' };
  if (count > 0) yield ofImage('VersionDeprecated', deprecated);
}
