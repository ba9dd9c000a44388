import { MemoryFarm } from './memory-farm.spec.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const debian = { name: 'debian-base', base_os: 'debian', os_version: '12' };
const on = (base: string) => ({ base_image: { name: base, version: '^1' }, auto_rebuild: true });
const web = { ...debian, name: 'web', taskservs: ['nginx'], ...on('debian-base') };
const shop = { ...debian, name: 'shop', ...on('web') };

let farm: MemoryFarm;
const farmWith = async (definitions: readonly object[], options?: { schedulers: number }) => {
  farm = new MemoryFarm();
  await farm.start(options);
  for (const definition of definitions) await farm.build(definition);
};
afterEach(async () => {
  await farm.stop();
  expect(farm.faults).toStrictEqual([]);
});

/** A newer version of the base, of another content. */
const newBase = (size: number) => farm.build({ ...debian, disk_size_gb: size });
const openNames = async () =>
  (await farm.open()).map(({ image_name: name, image_version: version }) => `${name}@${version}`);
const onlyJob = async (): Promise<string> => {
  const jobs = await farm.open();
  expect(jobs).toHaveLength(1);
  return jobs[0]?.job_id ?? '';
};

it('builds an image again once when a newer version of its base is there, and says why', async () => {
  await farmWith([debian, web]);
  expect(await openNames()).toStrictEqual([]);
  await newBase(20);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
  const job = await onlyJob();
  expect((await farm.registry.history({ subject: job })).entries[0]?.sentence).toBe(
    'gild asked for web@1.0.1 on x86_64: base debian-base@1.0.1 is newer than 1.0.0, which it is built on',
  );
  const { entries } = await farm.registry.history({ subject: job, causes: true });
  expect(
    entries[0]?.causes?.map(({ what, stream }) => `${what} ${stream.split('-')[0] ?? ''}`),
  ).toStrictEqual([...['VersionPublished version', 'ArtifactReported job']]);
  await farm.clock.advance(MINUTE_MS);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
  await farm.finish(job);
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
  expect(await farm.registry.version({ image: 'web', version: 'latest' })).toMatchObject({
    ...{ version: '1.0.1', base_image_version: '1.0.1', created_by: 'gild' },
  });
});

it('does not repeat a build that failed before what it is built from changes', async () => {
  await farmWith([debian, web]);
  await newBase(20);
  await farm.fail(await onlyJob());
  await farm.clock.advance(2 * HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
  expect(await farm.registry.outdated()).toMatchObject([{ image_name: 'web', automatic: true }]);
  await newBase(40);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it.each(['revoke', 'deprecate'] as const)(
  'does not make again what somebody made by hand and had to %s',
  async (withdraw) => {
    await farmWith([debian, { ...web, auto_rebuild: false }]);
    await newBase(20);
    await farm.build(web);
    const version = { image: 'web', version: '1.0.1', reason: 'broken', actor: 'ada' };
    await farm.registry[withdraw]({ ...version, requestId: 'request-1' });
    await farm.clock.advance(2 * HOUR_MS);
    expect(await openNames()).toStrictEqual([]);
    await newBase(40);
    expect(await openNames()).toStrictEqual(['web@1.0.2']);
  },
);

it('leaves an older line that somebody mended by hand to them', async () => {
  await farmWith([debian, { ...web, taskservs: ['nginx', 'redis'] }]);
  await farm.build({ ...web, taskservs: ['nginx'] }, { version: '0.9.1' });
  await newBase(20);
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
});

it('asks for one build, by however many schedulers', async () => {
  await farmWith([debian, web], { schedulers: 2 });
  await newBase(20);
  await farm.clock.advance(MINUTE_MS);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
  await farm.fail(await onlyJob());
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
});

it('builds what is built on it after it, along a whole chain', async () => {
  await farmWith([debian, web, shop]);
  await newBase(20);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
  await farm.finish(await onlyJob());
  expect(await openNames()).toStrictEqual(['shop@1.0.1']);
  await farm.finish(await onlyJob());
  expect(await openNames()).toStrictEqual([]);
});

it('builds an image again when a taskserv of it changed, within an hour', async () => {
  await farmWith([debian, web]);
  const nginx = farm.taskservs.get('nginx');
  if (nginx !== undefined) farm.taskservs.set('nginx', { ...nginx, version_package: 'nginx-light' });
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('builds an image again whose base was revoked, on the version that fits now', async () => {
  await farmWith([debian]);
  await newBase(20);
  await farm.build(web);
  const revoked = { image: 'debian-base', version: '1.0.1', reason: 'leaks', actor: 'ada' };
  await farm.registry.revoke({ ...revoked, requestId: 'request-1', descendants: true, rollBack: false });
  await farm.clock.settle();
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('builds nothing by itself that asked for it once, and does not any more', async () => {
  await farmWith([debian, { ...web, auto_rebuild: false }]);
  await farm.request({ ...web, auto_rebuild: true });
  await farm.request({ ...web, auto_rebuild: false });
  await newBase(20);
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
});

it('begins when the definition is asked for with it', async () => {
  await farmWith([debian, { ...web, auto_rebuild: false }]);
  expect(await farm.open()).toStrictEqual([]);
  await farm.request(web);
  expect(await farm.open()).toStrictEqual([]);
  await newBase(20);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('builds nothing by itself while the policy numbers nothing by itself, and catches up afterwards', async () => {
  await farmWith([debian, web]);
  const base = await farm.request({ ...debian, disk_size_gb: 20 });
  await farm.registry.setPolicy({ policy: { auto_create_versions: false }, actor: 'ada' });
  await farm.finish(base);
  await farm.clock.advance(HOUR_MS);
  expect(await openNames()).toStrictEqual([]);
  await farm.registry.setPolicy({ policy: { auto_create_versions: true }, actor: 'ada' });
  await farm.clock.settle();
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('is kept from none by one that cannot be built any more', async () => {
  await farmWith([debian, { ...debian, name: 'other-base' }, web]);
  await farm.build({ ...web, name: 'broken', base_image: { name: 'other-base', version: '1.0.0' } });
  const revoked = { image: 'other-base', version: '1.0.0', reason: 'leaks', actor: 'ada' };
  await farm.registry.revoke({ ...revoked, requestId: 'request-1', descendants: false, rollBack: false });
  await newBase(20);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('catches up with what happened while no registry answered', async () => {
  await farmWith([debian, web]);
  farm.silence();
  await newBase(20);
  expect(await openNames()).toStrictEqual([]);
  expect(farm.faults.splice(0)).toMatchObject([{ code: 'UNAVAILABLE' }]);
  farm.answer();
  await farm.clock.advance(MINUTE_MS);
  expect(await openNames()).toStrictEqual(['web@1.0.1']);
});

it('is waited for by nobody who stops the scheduler, while the registry does not answer', async () => {
  await farmWith([debian, web]);
  farm.hang();
  await newBase(20);
  expect(await farm.stop()).toBeUndefined();
});
