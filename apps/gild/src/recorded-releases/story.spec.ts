import {
  type Artifact,
  HostCacheEvent,
  ImageEvent,
  objectKeys,
  PolicyEvent,
  SigningKeyEvent,
  streams,
  VersionEvent,
  VmEvent,
} from '@gild/contracts';
import { cacheRecord } from '@gild/cache-domain';
import { sha256 } from '@gild/node-runtime';
import { signingKeys } from '@gild/proof-domain';
import { image, policy, version, vm } from '@gild/registry-domain';
import { FarmStory, type RecordedLine } from './farm-story.spec.js';
import { agentsOfTheStory } from './story-of-agents.spec.js';
import { buildsOfTheStory, JOBS } from './story-of-builds.spec.js';

const REGISTRY = 'local';
const by = { by: 'ada' };

/** Every type of event that this release records, as its deciders decide it. */
export const storyLines = async (): Promise<RecordedLine[]> => {
  const story = new FarmStory();
  await story.about(streams.keys(REGISTRY), signingKeys, SigningKeyEvent)(
    {
      type: 'IntroduceSigningKey',
      data: { keyId: '0a1b2c3d', publicKey: 'a key', name: 'gild/local' },
    },
    {
      type: 'RotateSigningKey',
      data: {
        ...{ keyId: '4e5f6071', publicKey: 'another key', name: 'gild/local', from: '0a1b2c3d', ...by },
        signature: 'AAAA',
      },
    },
    {
      type: 'RevokeSigningKey',
      data: { keyId: '0a1b2c3d', inUse: '4e5f6071', ...by, reason: 'it was copied' },
    },
  );
  await story.about(
    streams.policy(REGISTRY),
    policy,
    PolicyEvent,
  )({
    type: 'ChangePolicy',
    data: { changes: { max_image_size_gb: 80 }, ...by },
  });
  await agentsOfTheStory(story);
  await versionsOfTheStory(story);
  await machinesOfTheStory(story);
  await remainsOfTheStory(story);
  return story.lines();
};

const definition = {
  ...{ name: 'web', description: 'web server', base_os: 'debian', os_version: '12', arch: 'x86_64' },
  ...{ disk_size_gb: 30, taskservs: ['nginx'] },
};
const definitionDigest = sha256(JSON.stringify(definition));

const artifactOf = (job: string): Artifact => {
  const stored = (key: (digest: string) => string, text: string) => ({
    key: key(sha256(text)),
    sha256: sha256(text),
    sizeBytes: text.length,
  });
  return {
    object: stored((digest) => objectKeys.artifact(digest, '.qcow2'), `disk of ${job}`),
    ...{ arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 32_212_254_720, rootfsSha256: sha256('root') },
    packages: stored(objectKeys.packages, '[]'),
    taskservVersions: { nginx: '1.22.1-9' },
    layers: [{ step: 'prepare_base', key: 'k'.repeat(64), object: stored(objectKeys.layer, 'layer') }],
    packageState: stored(objectKeys.packageState, 'state'),
  };
};

const versionsOfTheStory = async (story: FarmStory): Promise<void> => {
  const web = story.about(streams.image('web'), image, ImageEvent);
  const build = (jobId: string, number: number, named: string) => ({
    ...{ jobId, imageName: 'web', arch: 'x86_64', definition, definitionDigest },
    ...{ inputDigest: sha256(`inputs ${String(number)}`), taskservs: ['nginx'], bootTest: true },
    version: named,
  });
  for (const [index, jobId] of JOBS.made.entries()) {
    const named = `1.0.${String(index)}`;
    const made = build(jobId, index, named);
    const reserving = { naming: 'semantic', reuse: false, autoCreate: true, now: story.now } as const;
    await web({ type: 'ReserveVersion', data: { ...made, ...reserving } });
    const artifact = artifactOf(jobId);
    await buildsOfTheStory.made(story, { ...made, buildNumber: index + 1, artifact });
    const chosen = { jobId, attempt: 1, checksum: artifact.object.sha256 };
    const published = story.about(streams.version('web', named), version, VersionEvent);
    await published({ type: 'AcceptArtifacts', data: { artifacts: [chosen] } });
    await web({ type: 'ConfirmVersion', data: { version: named, ...chosen } });
    const { taskservs: _, bootTest: __, arch: ___, ...facts } = made;
    await published({
      type: 'PublishVersion',
      data: { ...facts, buildNumber: index + 1, attempt: 1, createdBy: 'ada', artifact },
    });
    await buildsOfTheStory.completed(story, jobId, named);
  }
  const failed = build(JOBS.refused, 9, '1.0.3');
  const reserving = { naming: 'semantic', reuse: false, autoCreate: true, now: story.now } as const;
  await web({ type: 'ReserveVersion', data: { ...failed, ...reserving } });
  await buildsOfTheStory.others(story, { ...failed, buildNumber: 4, artifact: artifactOf(JOBS.refused) });
  await story.about(
    streams.version('web', '1.0.3'),
    version,
    VersionEvent,
  )({
    type: 'RefuseArtifact',
    data: {
      ...{ jobId: JOBS.refused, attempt: 1, message: 'its bytes are others', isHeld: true },
      ...{ class: 'infrastructure', code: 'OBJECT_DAMAGED' },
    },
  });
  await web(
    { type: 'ReleaseVersion', data: { version: '1.0.3', jobId: JOBS.refused } },
    { type: 'PromoteVersion', data: { channel: 'stable', version: '1.0.0', ...by } },
    { type: 'PromoteVersion', data: { channel: 'stable', version: '1.0.1', ...by, reason: 'tested' } },
    { type: 'RollBackChannel', data: { channel: 'stable', ...by } },
    { type: 'PromoteVersion', data: { channel: 'old', version: '1.0.2', ...by } },
    { type: 'RemoveChannel', data: { channel: 'old', ...by } },
    { type: 'DeprecateVersion', data: { version: '1.0.0', replacement: '1.0.1', ...by } },
    { type: 'WithdrawDeprecation', data: { version: '1.0.0', ...by } },
    {
      type: 'RevokeVersion',
      data: { version: '1.0.1', ...by, reason: 'CVE', descendants: true, rollBack: true },
    },
    {
      type: 'DeleteVersion',
      data: { version: '1.0.2', ...by, force: false, machines: [], descendants: [], builds: [] },
    },
  );
};

const machinesOfTheStory = async (story: FarmStory): Promise<void> => {
  const machine = { vmId: 'vm-1', imageName: 'web', version: '1.0.0', arch: 'x86_64', host: 'h1', ...by };
  await story.about(streams.vm('vm-1'), vm, VmEvent)(
    { type: 'ReportVmStart', data: { ...machine, channel: 'stable' } },
    { type: 'ReportVmStart', data: { ...machine, host: 'h2', channel: 'stable' } },
    { type: 'ReportVmStart', data: { ...machine, host: 'h2', version: '1.0.1' } },
    { type: 'ReportVmStop', data: { vmId: 'vm-1', ...by, reason: 'maintenance' } },
  );
};

/** What follows from facts outside: the object store's, and a host's cache. */
const remainsOfTheStory = async (story: FarmStory): Promise<void> => {
  const { object, packageState } = artifactOf(JOBS.made[2]);
  const spared = packageState?.key ?? '';
  await story.record(
    streams.storage(REGISTRY),
    {
      type: 'ObjectsCondemned',
      data: { keys: [object.key, spared], version: { imageName: 'web', version: '1.0.2' } },
    },
    { type: 'ObjectsSpared', data: { keys: [spared] } },
    { type: 'ObjectsRemoved', data: { keys: [object.key] } },
  );
  const envelope = { key: objectKeys.provenance(sha256('{}')), sha256: sha256('{}'), sizeBytes: 2 };
  await story.record(streams.provenance('web', '1.0.0'), {
    type: 'ProvenanceSigned',
    data: {
      ...{ imageName: 'web', version: '1.0.0', keyId: '4e5f6071' },
      envelopes: [{ arch: 'x86_64', jobId: JOBS.made[0], object: envelope }],
    },
  });
  const { sha256: digest, sizeBytes } = artifactOf(JOBS.made[0]).object;
  const copy = {
    ...{ host: 'h1', imageName: 'web', version: '1.0.0', arch: 'x86_64', sha256: digest, sizeBytes },
    path: `images/${digest}.qcow2`,
  };
  const times = { cachedAt: '2026-03-02T09:00:00.000Z', expiresAt: '2026-04-01T09:00:00.000Z' };
  const found = { foundSha256: sha256('other'), foundBytes: 5, quarantinePath: `quarantine/${digest}` };
  await story.record(
    streams.hostCache('h1'),
    { type: 'ImageCached', data: { ...copy, format: 'qcow2', ttlDays: 30, ...times } },
    { type: 'CacheEntryDamaged', data: { ...copy, ...found } },
    { type: 'CacheEntryEvicted', data: { ...copy, reason: 'expired' } },
    { type: 'HostCacheNamed', data: { host: copy.host, cacheId: 'c'.repeat(32), replaces: 'b'.repeat(32) } },
  );
  const gone = { ...copy, host: 'h2' };
  await story.about(
    streams.hostCache('h2'),
    cacheRecord,
    HostCacheEvent,
  )(
    {
      type: 'AnnounceCache',
      data: {
        host: 'h2',
        events: [{ type: 'ImageCached', data: { ...gone, format: 'qcow2', ttlDays: 30, ...times } }],
      },
    },
    { type: 'ForgetHost', data: { host: 'h2', ...by, reason: 'its rack was sold', machines: [] } },
  );
};
