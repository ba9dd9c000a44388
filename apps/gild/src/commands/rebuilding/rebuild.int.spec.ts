import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

describe('building again', () => {
  const farm = new FarmOfFakes();
  const gild = new GildUnderTest();
  const run = async (...args: string[]) => {
    const { code, stdout, said } = await gild.run(args);
    return [code, stdout || said];
  };
  const json = async (...args: string[]) => JSON.parse((await gild.run([...args, '--json'])).stdout);
  const build = async (definition: { name: string; [field: string]: unknown }) => {
    const file = farm.file(`${definition.name}.json`, { base_os: 'debian', os_version: '12', ...definition });
    expect((await gild.run(['build', file, '--json'])).code).toBe(0);
  };
  const BECAUSE = 'base debian-base@1.0.1 is newer than 1.0.0, which it is built on';

  beforeAll(async () => {
    await farm.start();
    gild.env = farm.env;
    await build({ name: 'debian-base' });
    await build({ name: 'web', base_image: { name: 'debian-base', version: '^1' } });
    await build({ name: 'shop', base_image: { name: 'debian-base', version: '^1' }, auto_rebuild: true });
  });
  afterAll(() => farm.stop());

  it('is wanted where a build would make something else now', async () => {
    expect(await run('outdated')).toStrictEqual([0, 'no image is outdated\n']);
    await build({ name: 'debian-base', disk_size_gb: 20 });
    expect(await run('outdated')).toStrictEqual([
      0,
      [
        `IMAGE  VERSION  BECAUSE${' '.repeat(BECAUSE.length - 'because'.length)}  AUTOMATIC`,
        `shop   1.0.0    ${BECAUSE}  yes`,
        `web    1.0.0    ${BECAUSE}  no`,
        '',
      ].join('\n'),
    ]);
    expect(await json('outdated', 'web')).toMatchObject([{ image_name: 'web', because: [BECAUSE] }]);
  });

  it('is asked for by the name of the image', async () => {
    expect(await run('rebuild', 'web')).toStrictEqual([
      0,
      expect.stringMatching(/^web@1\.0\.1 published in /),
    ]);
    expect(await run('outdated', 'web')).toStrictEqual([0, 'web is not outdated\n']);
    expect(await run('rebuild', 'web')).toStrictEqual([
      0,
      expect.stringMatching(/^web@1\.0\.1 published before from the same definition/),
    ]);
    const { job, version } = await json('rebuild', 'web', '--no-cache', '--priority', '7');
    expect([job.image_version, job.priority, version.version]).toStrictEqual(['1.0.2', 7, '1.0.2']);
    expect(await json('rebuild', 'shop', '--detach')).toMatchObject({ job: { image_version: '1.0.1' } });
  });

  it('is of the past told as unknown where what a base was built from is lost', async () => {
    const { head } = farm.objects;
    farm.objects.head = async () => undefined;
    const at = new Date().toISOString();
    const unknown = 'whether it was outdated then cannot be told: the build inputs';
    const asked = [await run('outdated', '--at', at), await json('outdated', 'web', '--at', at)];
    farm.objects.head = head;
    expect(asked).toMatchObject([
      [
        0,
        expect.stringMatching(
          new RegExp(`\\nweb +1\\.0\\.2 +${unknown} .* are gone; build debian-base again +no\\n$`),
        ),
      ],
      [{ image_name: 'web', can_be_built: false, cannot_be_told: true }],
    ]);
  });

  it('is told of what is in the way', async () => {
    await build({ name: 'debian-base', disk_size_gb: 40 });
    await gild.run(['policy', 'set', 'auto_create_versions=false']);
    expect((await gild.run(['outdated', 'shop'])).stdout).toMatch(
      / {2}no: the policy creates no versions by itself \(auto_create_versions\)\n$/,
    );
    expect(await run('rebuild', 'shop')).toStrictEqual([3, expect.stringContaining('auto_create_versions')]);
    await gild.run(['policy', 'set', 'auto_create_versions=true']);
    for (const version of ['1.0.0', '1.0.1', '1.0.2'])
      await gild.run(['revoke', `debian-base@${version}`, '--reason', 'leaks']);
    expect((await gild.run(['outdated', 'web'])).stdout).toMatch(
      /^.*\nweb +1\.0\.2 +it cannot be built: base_image\.version: .*debian-base has 1\.0\.2 \(revoked\), 1\.0\.1 \(revoked\), 1\.0\.0 \(revoked\) +no\n$/,
    );
    expect(await run('rebuild', 'web')).toStrictEqual([2, expect.stringContaining('1.0.2 (revoked)')]);
  });

  it.each([
    [['rebuild', 'wbe'], 2, 'there is no image wbe; `gild images` lists them'],
    [['outdated', 'wbe'], 2, 'there is no image wbe; `gild images` lists them'],
    [['rebuild', 'web', '--arch', 'sparc'], 2, '--arch: '],
  ])('refuses %j', async (args, ...[code, text]) => {
    expect(await run(...args)).toStrictEqual([code, expect.stringContaining(text)]);
  });
});
