import { GoldenImageRegistry } from '@gild/contracts';
import { vmsUnderTest } from './vms-under-test.spec.js';

const HOUR = 3_600_000;
const NINE = '2026-11-23T09:00:00.000Z';
const TEN = '2026-11-23T10:00:00.000Z';

describe('the report of a start', () => {
  it('is answered with the machine', async () => {
    const { start } = await vmsUnderTest();
    expect(await start('vm1', 'web@1.0.0')).toStrictEqual({
      ...{ vm_id: 'vm1', image_name: 'web', image_version: '1.0.0', arch: 'x86_64', host: 'oak' },
      ...{ state: 'running', started_at: NINE, version_state: 'published' },
      ...{ newest_version: '1.1.0', outdated: true },
    });
  });

  it('is recorded once, and a second one answered all the same', async () => {
    const { start, typesOf, clock } = await vmsUnderTest();
    const first = await start('vm1', 'web@1.1.0');
    await clock.advance(HOUR);
    expect(await start('vm1', 'web@1.1.0', { actor: 'bob' })).toStrictEqual(first);
    expect(await typesOf('vm-vm1')).toStrictEqual(['VmStarted']);
  });

  it('is recorded once when it comes many times at once', async () => {
    const { start, typesOf } = await vmsUnderTest();
    await Promise.all([1, 2, 3, 4].map(() => start('vm1', 'web@1.1.0')));
    expect(await typesOf('vm-vm1')).toStrictEqual(['VmStarted']);
  });

  it('takes the newest version where none is named', async () => {
    const { start } = await vmsUnderTest();
    expect(await start('vm1', 'web')).toMatchObject({ image_version: '1.1.0', outdated: false });
  });

  it('of a running machine tells what changed', async () => {
    const { start, stop, typesOf, registry, clock } = await vmsUnderTest();
    await start('vm1', 'web@1.0.0');
    await clock.advance(HOUR);
    expect(await start('vm1', 'web@1.0.0', { host: 'elm' })).toMatchObject({ host: 'elm', started_at: NINE });
    expect(await start('vm1', 'web@1.1.0', { host: 'elm' })).toMatchObject({
      image_version: '1.1.0',
      started_at: TEN,
    });
    await stop('vm1', 'sold');
    expect(await typesOf('vm-vm1')).toStrictEqual(['VmStarted', 'VmMoved', 'VmReimaged', 'VmStopped']);
    const { entries } = await registry.history({ subject: 'vm1' });
    expect(entries.map(({ actor, sentence }) => `${actor}: ${sentence}`)).toStrictEqual([
      'ada: VM vm1 started on oak from web@1.0.0 (x86_64)',
      'ada: VM vm1 moved from oak to elm with web@1.0.0 (x86_64)',
      'ada: VM vm1 on elm runs web@1.1.0 (x86_64) instead of web@1.0.0',
      'bob: VM vm1 stopped on elm, where it ran web@1.1.0 (x86_64): sold',
    ]);
  });

  it('may name one of several architectures, and none that there is not', async () => {
    const { start, publish, typesOf } = await vmsUnderTest();
    await publish('both', '1.0.0', ['x86_64', 'aarch64']);
    expect(await start('vm1', 'both', { arch: 'arm64' })).toMatchObject({ arch: 'aarch64' });
    expect(await start('vm2', 'both')).not.toHaveProperty('arch');
    await expect(start('vm3', 'web@1.0.0', { arch: 'aarch64' })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'web@1.0.0 has no image for aarch64, only for x86_64',
    });
    expect(await typesOf('vm-vm3')).toStrictEqual([]);
  });

  it.each([
    ['wbe@1.0.0', 'IMAGE_NOT_FOUND'],
    ['web@9.9.9', 'VERSION_NOT_FOUND'],
    ['web@:nobodys', 'CHANNEL_NOT_FOUND'],
  ])('of %s is refused, and nothing recorded', async (reference, code) => {
    const { start, typesOf } = await vmsUnderTest();
    await expect(start('vm1', reference)).rejects.toMatchObject({ code });
    expect(await typesOf('vm-vm1')).toStrictEqual([]);
  });

  it.each([
    ['', 'oak'],
    ['-vm', 'oak'],
    ['v'.repeat(129), 'oak'],
    ['vm/1', 'oak'],
    ['vm1', 'o ak'],
  ])('of %j on %j is refused: no such names', async (vmId, host) => {
    const { start } = await vmsUnderTest();
    await expect(start(vmId, 'web', { host })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('128 at most'),
    });
  });
});

describe('the report of a stop', () => {
  it('is answered with what the machine ran', async () => {
    const { start, stop, clock, typesOf } = await vmsUnderTest();
    await start('vm1', 'web@1.1.0');
    await clock.advance(HOUR);
    const stopped = { state: 'stopped', image_version: '1.1.0', started_at: NINE, stopped_at: TEN };
    expect(await stop('vm1')).toMatchObject(stopped);
    await clock.advance(HOUR);
    expect(await stop('vm1')).toMatchObject(stopped);
    expect(await typesOf('vm-vm1')).toStrictEqual(['VmStarted', 'VmStopped']);
  });

  it('of a machine nobody heard of is refused', async () => {
    const { stop, registry } = await vmsUnderTest();
    const unknown = {
      code: 'VM_NOT_FOUND',
      message: 'no VM vm9 was ever reported; `gild vm list --all` names those that were',
    };
    await expect(stop('vm9')).rejects.toMatchObject(unknown);
    await expect(registry.vm({ vmId: 'vm9' })).rejects.toMatchObject(unknown);
  });
});

describe('the list of machines', () => {
  const fleet = async () => {
    const world = await vmsUnderTest();
    await world.publish('db', '2.0.0');
    await world.start('b', 'web@1.0.0');
    await world.start('a', 'web@1.1.0', { host: 'elm' });
    await world.start('c', 'db@2.0.0');
    await world.start('d', 'db@2.0.0', { host: 'elm' });
    await world.stop('d');
    return world;
  };

  it.each<[object, string]>([
    [{}, 'a b c d'],
    [{ image: 'web' }, 'a b'],
    [{ image: 'web', version: '1.0.0' }, 'b'],
    [{ image: 'web', version: 'latest' }, 'a'],
    [{ host: 'elm' }, 'a d'],
    [{ state: 'running' }, 'a b c'],
    [{ state: 'stopped' }, 'd'],
    [{ standing: ['outdated'] }, 'b'],
    [{ standing: ['deprecated', 'revoked'] }, ''],
    [{ host: 'oak', state: 'running', standing: ['revoked', 'outdated'] }, 'b'],
  ])('asked for %j has %j', async (query, listed) => {
    const { ids } = await fleet();
    expect((await ids(query)).join(' ')).toBe(listed);
  });

  it.each<[object, string]>([
    [{ image: 'wbe' }, 'IMAGE_NOT_FOUND'],
    [{ image: 'web', version: '3' }, 'VERSION_NOT_FOUND'],
    [{ version: '1.0.0' }, 'INVALID_REQUEST'],
    [{ standing: ['strange'] }, 'INVALID_REQUEST'],
    [{ standing: [] }, 'INVALID_REQUEST'],
    [{ colour: 'red' }, 'INVALID_REQUEST'],
  ])('is not given for %j', async (query, code) => {
    const { ids } = await fleet();
    await expect(ids(query)).rejects.toMatchObject({ code });
  });

  it('is that of any moment', async () => {
    const { start, stop, registry, ids, store, publish } = await vmsUnderTest();
    const before = (await store.head()) ?? '';
    await start('vm1', 'web@1.1.0');
    const running = (await store.head()) ?? '';
    await stop('vm1');
    await publish('web', '1.2.0');
    expect([await ids({ at: before }), await ids({ at: running })]).toStrictEqual([[], ['vm1']]);
    const then = { state: 'running', newest_version: '1.1.0', outdated: false };
    expect(await registry.vm({ vmId: 'vm1', at: running })).toMatchObject(then);
    expect(await registry.vm({ vmId: 'vm1' })).toMatchObject({ state: 'stopped', outdated: true });
    await expect(registry.vm({ vmId: 'vm1', at: before })).rejects.toMatchObject({ code: 'VM_NOT_FOUND' });
  });

  it('takes for newest what there is for the architecture of the machine', async () => {
    const { start, publish } = await vmsUnderTest();
    await publish('both', '1.0.0', ['x86_64', 'aarch64']);
    await publish('both', '1.1.0', ['x86_64']);
    expect(await start('vm1', 'both@1.0.0', { arch: 'aarch64' })).toMatchObject({ outdated: false });
    expect(await start('vm2', 'both@1.0.0', { arch: 'x86_64' })).toMatchObject({ outdated: true });
  });
});

describe('what machines did with a version', () => {
  it('stands in its document, now and for any moment', async () => {
    const { start, stop, usage, store, clock } = await vmsUnderTest();
    const before = (await store.head()) ?? '';
    await start('vm2', 'web@1.0.0');
    await start('vm1', 'web@1.0.0');
    await start('vm1', 'web@1.0.0', { host: 'elm' });
    const both = (await store.head()) ?? '';
    await clock.advance(HOUR);
    await start('vm1', 'web@1.1.0', { host: 'elm' });
    await stop('vm2');
    expect(await usage('web@1.0.0', before)).toStrictEqual([0, [], undefined]);
    expect(await usage('web@1.0.0', both)).toStrictEqual([2, ['vm1', 'vm2'], NINE]);
    expect(await usage('web@1.0.0')).toStrictEqual([2, [], NINE]);
    expect(await usage('web@1.1.0')).toStrictEqual([1, ['vm1'], TEN]);
    await start('vm2', 'web@1.0.0');
    expect(await usage('web@1.0.0')).toStrictEqual([3, ['vm2'], TEN]);
  });

  it('stands in every list of versions and images, and in the document of the registry', async () => {
    const { start, stop, registry } = await vmsUnderTest();
    await start('vm1', 'web@1.0.0');
    await start('vm2', 'web@1.1.0');
    await stop('vm2');
    const used = [
      { version: '1.1.0', usage_count: 1, vm_instances: [] },
      { version: '1.0.0', usage_count: 1, vm_instances: ['vm1'] },
    ];
    expect(await registry.versions({ image: 'web' })).toMatchObject(used);
    expect(await registry.images()).toMatchObject([{ usage_count: 2, running_vms: 1 }]);
    const document = await registry.registryDocument();
    expect(document.versions).toMatchObject([...used].reverse());
    expect(GoldenImageRegistry.shape.versions.parse(document.versions)).toStrictEqual(document.versions);
  });

  it('follows from the log', async () => {
    const { start, stop, registry } = await vmsUnderTest();
    await start('vm1', 'web@1.0.0');
    await start('vm1', 'web@1.1.0');
    await stop('vm1');
    const { views } = await registry.verifyViews();
    expect(views).toContainEqual(expect.objectContaining({ view: 'vms', equal: true, events: 3 }));
  });
});

describe('the history of a machine', () => {
  it('is found by its name, after everything else of that name, and always after vm:', async () => {
    const { start, registry, record } = await vmsUnderTest();
    const streams = async (subject: string) =>
      (await registry.history({ subject })).entries.map(({ stream }) => stream);
    await start('oak', 'web@1.0.0');
    expect(await streams('oak')).toStrictEqual(['vm-oak']);
    await record('agent-oak', 'AgentSilent', { agentId: 'oak', silentMs: 1 });
    expect(await streams('oak')).toStrictEqual(['agent-oak']);
    expect(await streams('vm:oak')).toStrictEqual(['vm-oak']);
    await start('policy', 'web@1.0.0');
    expect(await streams('policy')).toStrictEqual(['vm-policy']);
    await registry.setPolicy({ policy: { max_parallel_builds: 1 }, actor: 'ada' });
    expect(await streams('policy')).toStrictEqual(['policy-gild']);
    await expect(streams('vm:elm')).rejects.toMatchObject({ code: 'SUBJECT_NOT_FOUND' });
  });
});
