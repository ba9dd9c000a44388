import { streams } from '@gild/contracts';
import { faultCode } from '@gild/ports';
import { registryService } from '../registry-service.js';
import { running, withVersions } from '../registry-with-versions.spec.js';
import { web } from '../registry-under-test.spec.js';

const child = (name: string, of: string) => ({ ...web, name, base_image: { name: of, version: '>=1.0.0' } });

let asked = 0;
const by = (actor = 'ada') => ({ requestId: `request-${String((asked += 1))}`, actor });

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'it went well',
    (error: Error) => `${faultCode(error) ?? ''} ${error.message}`,
  );

describe('a channel', () => {
  it('is where people look for a version, and rolls back to the one before', async () => {
    const { registry } = await withVersions(web, web);
    const stable = { image: 'web', channel: 'stable' };
    await registry.promote({ ...by(), ...stable, version: '1.0.0' });
    expect(await registry.promote({ ...by(), ...stable, version: 'latest', reason: 'tested' })).toMatchObject(
      {
        ...{
          version: '1.1.0',
          previous_version: '1.0.0',
          moved_by: 'ada',
          reason: 'tested',
          state: 'published',
        },
      },
    );
    const { version, channels } = await registry.version({ image: 'web', version: ':stable' });
    expect([version, channels]).toStrictEqual(['1.1.0', ['stable']]);
    await registry.rollBack({ ...by('bob'), ...stable, reason: 'slow' });
    expect(await registry.channels({ image: 'web' })).toMatchObject([{ version: '1.0.0', moved_by: 'bob' }]);
    expect(await refusalOf(registry.rollBack({ ...by(), ...stable, reason: 'slow' }))).toBe(
      'NOTHING_BEFORE the channel stable of web points to 1.0.0 and has no earlier version that may be used: name one with --to',
    );
  });

  it('is rolled back once, however often the same request arrives', async () => {
    const { registry } = await withVersions(web, web, web);
    const stable = { image: 'web', channel: 'stable' };
    for (const version of ['1.0.0', '1.1.0', '1.2.0'])
      await registry.promote({ ...by(), ...stable, version });
    const rollback = { ...by(), ...stable, reason: 'slow' };
    const answers = [await registry.rollBack(rollback), await registry.rollBack(rollback)];
    expect(answers.map(({ version }) => version)).toStrictEqual(['1.1.0', '1.1.0']);
  });

  it('is asked of the past, where it pointed elsewhere', async () => {
    const { registry, store, clock } = await withVersions(web, web);
    await registry.promote({ ...by(), image: 'web', channel: 'stable', version: '1.0.0' });
    const at = (await store.head()) ?? '';
    await clock.advance(1000);
    await registry.promote({ ...by(), image: 'web', channel: 'stable', version: '1.1.0' });
    const versionOf = async (query: object) =>
      (await registry.version({ image: 'web', version: ':stable', ...query })).version;
    expect([await versionOf({ at }), await versionOf({})]).toStrictEqual(['1.0.0', '1.1.0']);
  });

  it.each([
    [{ channel: 'latest', version: '1.0.0' }, 'INVALID_REQUEST'],
    [{ channel: 'Stable!', version: '1.0.0' }, 'INVALID_REQUEST'],
    [{ channel: 'stable', version: '9.9.9' }, 'VERSION_NOT_FOUND web has no version 9.9.9'],
    [
      { channel: 'stable', version: ':beta' },
      'CHANNEL_NOT_FOUND web has no channel beta; its channels: none yet',
    ],
    [{ channel: 'stable', version: '1.0.0', image: 'wbe' }, 'IMAGE_NOT_FOUND'],
  ])('is not moved by a mistake: %j', async (request, refusal) => {
    const { registry } = await withVersions(web);
    expect(await refusalOf(registry.promote({ ...by(), image: 'web', ...request }))).toContain(refusal);
  });

  it('that points to a revoked version serves nobody, and says how to go on', async () => {
    const { registry } = await withVersions(web);
    await registry.promote({ ...by(), image: 'web', channel: 'stable', version: '1.0.0' });
    await registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    expect(await refusalOf(registry.version({ image: 'web', version: ':stable' }))).toBe(
      'VERSION_WITHDRAWN the channel stable of web points to 1.0.0, which was revoked by ada: leaks; `gild promote web@VERSION stable` points it to another one',
    );
    expect(
      await refusalOf(registry.promote({ ...by(), image: 'web', channel: 'beta', version: '1.0.0' })),
    ).toBe('VERSION_WITHDRAWN web@1.0.0 was revoked by ada: leaks');
  });
});

describe('a version', () => {
  it('that is deprecated names its replacement, and is no longer the newest', async () => {
    const { registry, standings } = await withVersions(web, web);
    const deprecation = { image: 'web', version: '1.1.0', replacement: '1.0.0', reason: 'slow boot' };
    expect(await registry.deprecate({ ...by(), ...deprecation })).toMatchObject({
      ...{ state: 'deprecated', deprecated: true, replacement_version: '1.0.0', state_reason: 'slow boot' },
    });
    expect((await registry.version({ image: 'web', version: 'latest' })).version).toBe('1.0.0');
    await registry.withdrawDeprecation({ ...by(), image: 'web', version: '1.1.0' });
    expect(await standings('web')).toStrictEqual({ '1.1.0': 'published', '1.0.0': 'published' });
  });

  it('that was revoked is shown, but its bytes are handed to nobody', async () => {
    const { registry } = await withVersions(web);
    await registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    const query = { image: 'web', version: '1.0.0' };
    expect(await registry.version(query)).toMatchObject({ state: 'revoked', state_reason: 'leaks' });
    expect(await refusalOf(registry.version({ ...query, usable: true }))).toContain('VERSION_WITHDRAWN');
    expect(await refusalOf(registry.version({ image: 'web', version: 'latest' }))).toBe(
      'VERSION_NOT_FOUND web has no version that may be used; there are 1.0.0 (revoked)',
    );
  });

  it('takes every version built on it along when it is revoked, and history tells the chain', async () => {
    const { registry, standings } = await withVersions(web, child('shop', 'web'), child('till', 'shop'));
    const { descendants } = await registry.revoke({
      ...{ ...by(), image: 'web', version: '1.0.0', reason: 'CVE-2026-1' },
    });
    expect(descendants).toMatchObject([
      { image_name: 'shop', state: 'revoked' },
      { image_name: 'till', state: 'revoked' },
    ]);
    expect([await standings('shop'), await standings('till')]).toStrictEqual([
      { '1.0.0': 'revoked' },
      { '1.0.0': 'revoked' },
    ]);
    const { entries } = await registry.history({ subject: 'till@1.0.0' });
    expect(entries.at(-1)?.sentence).toBe(
      '1.0.0 is revoked because shop@1.0.0, which it is built on, was revoked by ada: CVE-2026-1',
    );
  });

  it('leaves what is built on it when that is wanted, and takes it along when asked again', async () => {
    const { registry, standings } = await withVersions(web, child('shop', 'web'));
    const revocation = { image: 'web', version: '1.0.0', reason: 'old' };
    await registry.revoke({ ...by(), ...revocation, descendants: false });
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'published' });
    await registry.revoke({ ...by(), ...revocation });
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'revoked' });
  });

  it.each<[string, (world: Awaited<ReturnType<typeof withVersions>>) => Promise<unknown>]>([
    [
      'was deleted',
      ({ registry }) => registry.deleteVersion({ ...by(), image: 'shop', version: '1.0.0', force: true }),
    ],
    [
      'was revoked alone',
      ({ registry }) =>
        registry.revoke({ ...by(), image: 'shop', version: '1.0.0', reason: 'x', descendants: false }),
    ],
  ])('takes along what is built on it through one that %s', async (_, before) => {
    const world = await withVersions(web, child('shop', 'web'), child('till', 'shop'));
    await before(world);
    await world.registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    expect(await world.standings('till')).toStrictEqual({ '1.0.0': 'revoked' });
  });

  it('is meant by a repeated request also where its channel points elsewhere since', async () => {
    const { registry, standings } = await withVersions(web, web);
    for (const version of ['1.0.0', '1.1.0'])
      await registry.promote({ ...by(), image: 'web', channel: 'stable', version });
    const revocation = { ...by(), image: 'web', version: ':stable', reason: 'leaks', rollBack: true };
    const answers = [await registry.revoke(revocation), await registry.revoke(revocation)];
    expect(answers.map(({ version: { version, state } }) => `${version} ${state}`)).toStrictEqual([
      '1.1.0 revoked',
      '1.1.0 revoked',
    ]);
    expect(await standings('web')).toStrictEqual({ '1.1.0': 'revoked', '1.0.0': 'published' });
  });

  it('is not decided about under the id of another request', async () => {
    const { registry } = await withVersions(web, web);
    const id = by();
    await registry.promote({ ...id, image: 'web', channel: 'stable', version: '1.0.0' });
    for (const other of [
      { channel: 'beta', version: '1.0.0' },
      { channel: 'stable', version: '1.1.0' },
    ])
      expect(await refusalOf(registry.promote({ ...id, image: 'web', ...other }))).toContain(
        'INVALID_REQUEST',
      );
  });

  it('is revoked when it is published on a base that was revoked while it was built', async () => {
    const { registry, request, report, clock, standings } = await withVersions(web);
    await request(7, child('shop', 'web'));
    await registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    await report(7);
    await clock.settle();
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'revoked' });
  });

  it('is revoked by the next registry when the first one died in between', async () => {
    const { registry, record, standings, deps } = await withVersions(web, child('shop', 'web'));
    await registry.stop();
    await record(streams.image('web'), 'VersionRevoked', {
      ...{ version: '1.0.0', by: 'ada', reason: 'leaks', descendants: true, rollBack: false },
    });
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'published' });
    const next = registryService(deps);
    running.push(next);
    await next.start();
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'revoked' });
  });

  it('is passed on past an image that only a newer release can decide about', async () => {
    const { registry, record, standings } = await withVersions(
      web,
      child('shop', 'web'),
      child('till', 'shop'),
    );
    await record(streams.image('shop'), 'ImagePraised', { by: 'eve' });
    await registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    expect(await standings('shop')).toStrictEqual({ '1.0.0': 'published' });
    expect(await standings('till')).toStrictEqual({ '1.0.0': 'revoked' });
  });

  it('causes are recorded: the event of a descendant names that of its base', async () => {
    const { registry, store } = await withVersions(web, child('shop', 'web'));
    await registry.revoke({ ...by(), image: 'web', version: '1.0.0', reason: 'leaks' });
    const revocations = [];
    for await (const event of store.readAll({ filter: { types: ['VersionRevoked'] } }))
      revocations.push(event);
    const [first, second] = revocations;
    expect(second?.metadata).toMatchObject({
      ...{ causationId: first?.id, correlationId: first?.metadata.correlationId, actor: 'registry' },
    });
  });
});

it('shows what is built on a version, nearest first', async () => {
  const { registry } = await withVersions(web, child('shop', 'web'), child('till', 'shop'));
  expect(await registry.descendants({ image: 'web', version: '1.0.0' })).toStrictEqual([
    {
      ...{ image_name: 'shop', version: '1.0.0', state: 'published' },
      base: { image_name: 'web', version: '1.0.0' },
    },
    {
      ...{ image_name: 'till', version: '1.0.0', state: 'published' },
      base: { image_name: 'shop', version: '1.0.0' },
    },
  ]);
});
