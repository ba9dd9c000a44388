import { vmsUnderTest } from './vms-under-test.spec.js';

const asked = { requestId: 'request1', actor: 'ada', image: 'web' };

/** A machine on each of three versions: the first deprecated, the last revoked. */
const threeVersions = async () => {
  const world = await vmsUnderTest();
  await world.publish('web', '1.2.0');
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await world.start(`on-${version}`, `web@${version}`);
  await world.registry.deprecate({ ...asked, version: '1.0.0' });
  await world.registry.revoke({ ...asked, requestId: 'request3', version: '1.2.0', reason: 'leaks' });
  return world;
};

describe('a machine', () => {
  it.each([
    ['1.0.0', 'deprecated', true],
    ['1.1.0', 'published', false],
    ['1.2.0', 'revoked', false],
  ])('of %s runs a version that is %s; is it outdated? %s', async (version, state, outdated) => {
    const { registry } = await threeVersions();
    expect(await registry.vm({ vmId: `on-${version}` })).toMatchObject({
      ...{ version_state: state, newest_version: '1.1.0', outdated },
    });
  });

  it('of a pre-release is outdated once there is a finished version', async () => {
    const { start, publish } = await vmsUnderTest();
    await publish('web', '2.0.0-rc.1');
    expect(await start('vm1', 'web@2.0.0-rc.1')).toMatchObject({ newest_version: '1.1.0', outdated: true });
  });

  it('is not outdated where there is nothing else to run', async () => {
    const { registry } = await threeVersions();
    await registry.deprecate({ ...asked, requestId: 'request2', version: '1.1.0' });
    const summary = await registry.vm({ vmId: 'on-1.0.0' });
    expect(summary).toMatchObject({ version_state: 'deprecated', outdated: false });
    expect(summary).not.toHaveProperty('newest_version');
  });
});

it.each([
  [
    ['deprecated', 'revoked'],
    ['on-1.0.0', 'on-1.2.0'],
  ],
  [['deprecated'], ['on-1.0.0']],
  [['revoked'], ['on-1.2.0']],
  [['outdated'], ['on-1.0.0']],
])('one question finds the machines whose version is %j', async (standing, found) => {
  const { ids } = await threeVersions();
  expect(await ids({ standing })).toStrictEqual(found);
});

it('finds the machines whose version is deleted', async () => {
  const { ids, record } = await threeVersions();
  await record('image-web', 'VersionDeleted', { version: '1.1.0', by: 'ada', forced: true });
  expect(await ids({ standing: ['deleted'] })).toStrictEqual(['on-1.1.0']);
});

it('finds the machines of the version a channel points to, also when that is revoked', async () => {
  const { ids, start, registry } = await vmsUnderTest();
  await registry.promote({ ...asked, channel: 'stable', version: '1.0.0' });
  await start('vm1', 'web@:stable');
  await start('vm2', 'web@1.1.0');
  await registry.revoke({ ...asked, requestId: 'request2', version: '1.0.0', reason: 'leaks' });
  expect(await ids({ image: 'web', version: ':stable' })).toStrictEqual(['vm1']);
  await expect(ids({ image: 'web', version: ':beta' })).rejects.toMatchObject({ code: 'CHANNEL_NOT_FOUND' });
});

it('finds them as they stood at a moment', async () => {
  const { ids, registry, store } = await threeVersions();
  const before = (await store.head()) ?? '';
  await registry.withdrawDeprecation({ ...asked, requestId: 'request4', version: '1.0.0' });
  const standing = ['deprecated'];
  expect([await ids({ standing }), await ids({ standing, at: before })]).toStrictEqual([[], ['on-1.0.0']]);
});
