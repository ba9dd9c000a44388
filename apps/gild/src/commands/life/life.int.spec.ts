import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

describe('the life of a version', () => {
  const farm = new FarmOfFakes();
  const gild = new GildUnderTest();
  const run = async (...args: string[]) => {
    const { code, stdout, said } = await gild.run(args);
    return [code, stdout || said];
  };
  const json = async (...args: string[]) => JSON.parse((await gild.run([...args, '--json'])).stdout);

  /** An image with that many versions, from 1.0.0. */
  const image = async (name: string, versions: number) => {
    const file = farm.file(`${name}.json`, { name, base_os: 'debian', os_version: '12' });
    for (let made = 0; made < versions; made += 1)
      expect((await gild.run(['build', file, '--bump', 'minor', '--json'])).code).toBe(0);
  };

  beforeAll(async () => {
    await farm.start();
    gild.env = farm.env;
  });
  afterAll(() => farm.stop());

  it('goes by channels, which go back along the way they came', async () => {
    await image('web', 3);
    expect(await run('promote', 'web@1.0.0', 'stable')).toStrictEqual([0, 'web:stable is 1.0.0\n']);
    expect(await run('promote', 'web@1.1.0', 'candidate')).toStrictEqual([0, 'web:candidate is 1.1.0\n']);
    expect(await run('promote', 'web:candidate', 'stable', '--reason', 'tested')).toStrictEqual([
      0,
      'web:stable is 1.1.0; before it 1.0.0\n',
    ]);
    expect(await json('show', 'web:stable')).toMatchObject({
      ...{ version: '1.1.0', channels: ['candidate', 'stable'], state: 'published' },
    });
    expect((await gild.run(['channel', 'list', 'web'])).stdout).toMatch(
      /^CHANNEL +VERSION +STATE +SINCE +BY +ROLLBACK TO +REASON\n.*\nstable +1\.1\.0 +published +\S+ +\S+ +1\.0\.0 +tested\n$/,
    );
    expect(await run('rollback', 'web', '--reason', 'slow')).toStrictEqual([0, 'web:stable is 1.0.0\n']);
    expect(await run('rollback', 'web:candidate', '--to', '1.0.0', '--reason', 'slow')).toStrictEqual([
      0,
      'web:candidate is 1.0.0; before it 1.1.0\n',
    ]);
    expect(await run('rollback', 'web', '--reason', 'slow')).toStrictEqual([
      3,
      'the channel stable of web points to 1.0.0 and has no earlier version that may be used: name one with --to',
    ]);
    expect(await run('channel', 'remove', 'web', 'candidate')).toStrictEqual([
      0,
      'web has no channel candidate now\n',
    ]);
  });

  it('ends in deprecation, which can be withdrawn, or revocation, which cannot', async () => {
    await image('shop', 2);
    await run('promote', 'shop@1.0.0', 'stable');
    expect(await run('deprecate', 'shop@1.0.0', '--replacement', '1.1.0')).toStrictEqual([
      0,
      'shop@1.0.0 is deprecated; 1.1.0 replaces it; still pointing to it: stable\n',
    ]);
    expect(await run('deprecate', 'shop:stable', '--undo')).toStrictEqual([0, 'shop@1.0.0 is published\n']);
    await run('promote', 'shop@1.1.0', 'stable');
    expect(await run('revoke', 'shop@1.1.0', '--rollback', '--reason', 'leaks')).toStrictEqual([
      0,
      'shop@1.1.0 is revoked\n',
    ]);
    expect(await json('show', 'shop:stable')).toMatchObject({ version: '1.0.0' });
    expect((await gild.run(['show', 'shop@1.1.0'])).stdout).toMatch(/\nstate +revoked; leaks\n/);
    expect(await run('export', 'shop@1.1.0', '-o', join(tmpdir(), 'never.qcow2'))).toStrictEqual([
      3,
      expect.stringMatching(/^shop@1\.1\.0 was revoked by \S+: leaks$/),
    ]);
  });

  it.each([
    [
      'an unknown image',
      ['promote', 'wbe@1.0.0', 'stable'],
      2,
      'there is no image wbe; `gild images` lists them',
    ],
    [
      'an unknown version',
      ['promote', 'web@9.9.9', 'stable'],
      2,
      'web has no version 9.9.9; the newest versions are',
    ],
    ['an unknown channel', ['show', 'web:beta'], 2, 'web has no channel beta; its channels:'],
    ['a channel to a revoked version', ['promote', 'shop@1.1.0', 'stable'], 3, 'shop@1.1.0 was revoked by'],
    ['a channel by the name of latest', ['promote', 'web@1.0.0', 'latest'], 2, 'and not "latest"'],
    [
      'a rollback to a revoked version',
      ['rollback', 'shop', '--to', '1.1.0', '--reason', 'x'],
      3,
      'was revoked by',
    ],
    ['a rollback of a version', ['rollback', 'web@1.0.0', '--reason', 'x'], 2, 'named by --to'],
    ['a rollback of the newest', ['rollback', 'web@latest', '--reason', 'x'], 2, 'named by --to'],
    ['a rollback of neither', ['rollback', 'web@:beta', '--reason', 'x'], 2, 'named by --to'],
    [
      'a rollback of two channels',
      ['rollback', 'web:beta', '--channel', 'stable', '--reason', 'x'],
      2,
      'which channel of web?',
    ],
    [
      'the replacement by itself',
      ['deprecate', 'web@1.0.0', '--replacement', '1.0.0'],
      2,
      'cannot replace itself',
    ],
    ['whichever is the newest', ['revoke', 'web', '--reason', 'x'], 2, 'which version of web?'],
    ['it by that name too', ['revoke', 'web@latest', '--reason', 'x'], 2, 'which version of web?'],
    ['a past before the beginning', ['versions', 'web', '--at', '1999-01-01'], 2, 'is before the beginning'],
    ['the future', ['channel', 'list', 'web', '--at', '2999-01-01'], 2, 'is in the future'],
  ])('refuses %s', async (_, args, ...[code, text]) => {
    expect(await run(...args)).toStrictEqual([code, expect.stringContaining(text)]);
  });

  it('ends for good when it is deleted, which what uses it forbids', async () => {
    await image('till', 1);
    await run('promote', 'till@1.0.0', 'stable');
    expect(await run('delete', 'till@1.0.0', '--force')).toStrictEqual([
      3,
      'till@1.0.0 is in use: the channel stable points to it; point channels elsewhere or remove them',
    ]);
    await run('channel', 'remove', 'till', 'stable');
    expect(await run('delete', 'till@1.0.0', '--reason', 'sold')).toStrictEqual([
      0,
      'till@1.0.0 is deleted\n',
    ]);
    expect(await json('versions', 'till')).toStrictEqual([]);
    expect(await json('versions', 'till', '--all')).toMatchObject([
      { state: 'deleted', state_reason: 'sold' },
    ]);
    expect(await run('export', 'till@1.0.0', '-o', join(tmpdir(), 'never.qcow2'))).toStrictEqual([
      3,
      expect.stringMatching(/^till@1\.0\.0 was deleted by \S+: sold$/),
    ]);
  });

  it('is told the same to programs', async () => {
    expect(await json('promote', 'web@1.2.0', 'beta', '--reason', 'try it')).toMatchObject({
      ...{ image_name: 'web', channel: 'beta', version: '1.2.0', state: 'published', reason: 'try it' },
    });
    expect(await json('versions', 'web')).toMatchObject([
      { version: '1.2.0', channels: ['beta'] },
      { version: '1.1.0', channels: [] },
      { version: '1.0.0', channels: ['stable'] },
    ]);
  });

  it('is bound by a policy, of which one field can be changed', async () => {
    expect((await gild.run(['policy', 'set', 'max_parallel_builds=6'])).stdout).toMatch(
      /\nmax_parallel_builds +6\n/,
    );
    const file = farm.file('policy.yaml', 'version_naming: sequential\n');
    expect(await json('policy', 'set', 'cache_enabled=false', 'default_os=debian')).toMatchObject({
      ...{ max_parallel_builds: 6, cache_enabled: false, default_os: 'debian', default_version: '12' },
    });
    expect(await json('policy', 'set', '--file', file)).toMatchObject({
      ...{ max_parallel_builds: 3, version_naming: 'sequential' },
    });
    expect(await json('policy', 'show')).toMatchObject({ version_naming: 'sequential' });
  });

  it('takes the text of a field that is text as it stands, whatever it looks like', async () => {
    const fields = ['default_os=debian', 'default_version=12', 'cache_location=/2026'];
    expect(await json('policy', 'set', ...fields)).toMatchObject({
      ...{ default_os: 'debian', default_version: '12', cache_location: '/2026' },
    });
    expect(await run('policy', 'set', 'default_version=9.10')).toStrictEqual([
      2,
      expect.stringContaining('9.10'),
    ]);
  });

  it.each([
    [[], 'expected FIELD=VALUE, such as max_parallel_builds=6, or --file'],
    [
      ['max_parallel_builds'],
      'expected FIELD=VALUE, such as max_parallel_builds=6, found max_parallel_builds',
    ],
    [['max_parallel_builds=0'], 'max_parallel_builds: expected'],
    [['max_paralel_builds=6'], 'did you mean'],
    [['default_os=[debian'], 'the value of default_os: '],
  ])('takes no policy of %j', async (fields, text) => {
    expect(await run('policy', 'set', ...fields)).toStrictEqual([2, expect.stringContaining(text)]);
  });
});
