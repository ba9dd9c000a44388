import { jobId, web } from '../registry-under-test.spec.js';
import { withVersions } from '../registry-with-versions.spec.js';
import { causesIn } from './causes.js';

const child = (name: string, of: string) => ({ ...web, name, base_image: { name: of, version: '>=1.0.0' } });
type Farm = Awaited<ReturnType<typeof withVersions>>;

let asked = 0;
const by = () => ({ requestId: `request-${String((asked += 1))}`, actor: 'ada' });
const revoke = ({ registry }: Farm) =>
  registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'CVE-2026-1' });
const copy = {
  ...{ host: 'oak', imageName: 'web', version: '1.0.0', arch: 'x86_64', sha256: 'a'.repeat(64) },
  ...{ sizeBytes: 1, path: '/cache/a.qcow2' },
};
const TIMES = { cachedAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-31T00:00:00.000Z' };
const announce = async ({ registry }: Farm): Promise<void> => {
  for (const event of [
    { type: 'ImageCached', data: { ...copy, format: 'qcow2', ttlDays: 30, ...TIMES } },
    { type: 'CacheEntryEvicted', data: { ...copy, reason: 'expired' } },
  ])
    await registry.announceHostCache({ host: 'oak', actor: 'oak', events: [event] });
};

/** The type and stream of what led to the last event of a type. */
const causeOfLast = async ({ store }: Farm, type: string) => {
  const causesOf = causesIn(store);
  let found: string | undefined;
  for await (const event of store.readAll({ filter: { types: [type] } })) {
    const [cause] = await causesOf(event);
    found = cause && `${cause.type} in ${cause.stream}`;
  }
  return found;
};

const nothing = async () => undefined;

it.each<[string, string, (farm: Farm) => Promise<unknown>]>([
  ['VersionReserved', `BuildRequested in job-${jobId(2)}`, nothing],
  ['VersionConfirmed', `ArtifactReported in job-${jobId(2)}`, nothing],
  ['ArtifactsAccepted', `ArtifactReported in job-${jobId(2)}`, nothing],
  ['VersionPublished', `ArtifactReported in job-${jobId(2)}`, nothing],
  ['VersionRevoked', 'VersionRevoked in image-web', revoke],
  [
    'VersionReleased',
    `BuildFailed in job-${jobId(50)}`,
    async (farm) => {
      await farm.request(50, web, { bump: 'minor' });
      await farm.fail(50);
      await farm.clock.settle();
    },
  ],
  [
    'ObjectsCondemned',
    'VersionDeleted in image-shop',
    ({ registry }) => registry.deleteVersion({ ...by(), image: 'shop', version: '1.0.0' }),
  ],
  [
    'ObjectsRemoved',
    'ObjectsCondemned in storage-gild',
    ({ registry }) => registry.deleteVersion({ ...by(), image: 'shop', version: '1.0.0' }),
  ],
  ['CacheEntryEvicted', 'ImageCached in hostcache-oak', announce],
])('%s is because of %s', async (effect, cause, happens) => {
  const farm = await withVersions(web, child('shop', 'web'));
  await happens(farm);
  expect(await causeOfLast(farm, effect)).toBe(cause);
});

it('what an image was rebuilt for is named with the event, where there is one', async () => {
  const farm = await withVersions(web, child('shop', 'web'), child('till', 'shop'));
  await farm.publish(web);
  const causeOf = async () => {
    const [{ caused_by: cause } = {}] = await farm.registry.outdated({ image: 'shop' });
    for await (const event of farm.store.readAll())
      if (event.id === cause?.event_id && event.stream === cause.stream)
        return `${event.type} in ${event.stream}`;
    return cause;
  };
  expect(await causeOf()).toBe('VersionPublished in version-web@1.1.0');
  await revoke(farm);
  expect(await causeOf()).toBe('VersionRevoked in image-web');
});

it('history tells with each event what led to it, over three generations to whoever began', async () => {
  const farm = await withVersions(web, child('shop', 'web'), child('till', 'shop'));
  await revoke(farm);
  const { entries } = await farm.registry.history({ subject: 'till@1.0.0', causes: true });
  expect(entries.at(-1)?.causes?.map(({ actor, stream, what }) => [actor, stream, what])).toStrictEqual([
    ['registry', 'image-shop', 'VersionRevoked'],
    ['ada', 'image-web', 'VersionRevoked'],
  ]);
  const [withoutCauses] = (await farm.registry.history({ subject: 'till@1.0.0' })).entries;
  expect(withoutCauses).not.toHaveProperty('causes');
});

it('the history of a VM tells why it is listed as revoked, and of what it ran before only what it saw', async () => {
  const farm = await withVersions(web, child('shop', 'web'));
  const start = (vmId: string, version: string) =>
    farm.registry.reportVmStart({ vmId, actor: 'bob', image: 'shop', version, host: 'oak' });
  await start('vm1', '1.0.0');
  await start('vm2', '1.0.0');
  await farm.publish(child('shop', 'web'));
  await start('vm2', '1.1.0');
  await revoke(farm);
  const { entries } = await farm.registry.history({ subject: 'vm:vm1', causes: true });
  expect(entries.map(({ what }) => what)).toStrictEqual(['VmStarted', 'VersionRevoked']);
  expect(entries[1]?.causes).toMatchObject([{ actor: 'ada', stream: 'image-web', what: 'VersionRevoked' }]);
  const told = async (subject: string, at?: string) =>
    (await farm.registry.history({ subject, at, causes: true })).entries.map(({ what }) => what);
  expect(await told('vm2')).toStrictEqual(['VmStarted', 'VmReimaged', 'VersionRevoked']);
  expect(await told('vm1', entries[0]?.position)).toStrictEqual(['VmStarted']);
  await start('vm3', '1.0.0');
  expect(await told('vm3')).toStrictEqual(['VersionRevoked', 'VmStarted']);
  expect((await farm.registry.history({ subject: 'vm3' })).entries).toHaveLength(1);
});
