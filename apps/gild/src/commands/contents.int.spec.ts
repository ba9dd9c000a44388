import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FarmOfFakes } from '../farm-of-fakes.spec.js';
import { GildUnderTest } from '../gild-under-test.spec.js';

const gild = new GildUnderTest();
const run = (...args: string[]) => gild.run(args);

describe('what is in a version that the farm built', () => {
  let farm: FarmOfFakes;
  const definition = (rest: object = {}) =>
    farm.file('web.json', {
      ...{ name: 'web', base_os: 'debian', os_version: '12' },
      ...rest,
    });
  beforeAll(async () => {
    farm = new FarmOfFakes();
    await farm.start();
    gild.env = farm.env;
    await run('build', definition());
    await run('build', definition({ disk_size_gb: 50 }));
  });
  afterAll(() => farm.stop());

  it('is printed as SPDX or CycloneDX, the same every time', async () => {
    const { code, stdout } = await run('sbom', 'web');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      name: 'web@1.0.1 x86_64',
      packages: [{ name: 'web' }, { name: 'debian' }, { name: 'nginx', versionInfo: '1.22.1-9' }],
    });
    expect((await run('sbom', 'web', '--json')).stdout).toBe(stdout);
    const other = await run('sbom', 'web@1.0.0', '--format', 'cyclonedx', '--arch', 'x86_64');
    expect(JSON.parse(other.stdout)).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'web', version: '1.0.0' } },
      components: [{ name: 'debian' }, { name: 'nginx' }],
    });
  });

  it('is compared with another version', async () => {
    const { code, stdout } = await run('diff', 'web@1.0.0', 'web');
    expect([code, stdout]).toStrictEqual([
      0,
      expect.stringMatching(
        /^web@1\.0\.0 -> web@1\.0\.1, x86_64\n\nCONFIGURATION +FROM +TO\ndisk_size_gb +30 +50\n/,
      ),
    ]);
    const { stdout: json } = await run('diff', 'web@1.0.0', 'web@1.0.1', '--json');
    expect(JSON.parse(json)).toMatchObject({ definition: [{ path: 'disk_size_gb', from: 30, to: 50 }] });
    expect(await run('diff', 'web', 'web')).toMatchObject({
      code: 0,
      stdout: 'web@1.0.1 -> web@1.0.1, x86_64\n\nno difference\n',
    });
  });

  it('is proven to be what the farm built, to somebody with its key alone', async () => {
    await farm.sign();
    const [disk, key] = [
      farm.file('web.qcow2', ''),
      farm.file('gild.pem', (await run('audit', 'key')).stdout),
    ];
    expect(await run('provenance', 'web@1.0.0')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^web@1\.0\.0 for x86_64\n[^]* urn:gild:builder:gild\/local\/agent-x86_64\/x86_64, job [^]* made of +build inputs, /,
      ),
    });
    expect(await run('export', 'web@1.0.0', '-o', disk, '--provenance', '--force')).toMatchObject({
      code: 0,
    });
    gild.env = {};
    expect(await run('verify', disk, '--key', key)).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('is web@1.0.0 for x86_64, every byte as signed') },
    });
    gild.env = farm.env;
    expect((await run('history', 'web@1.0.0')).stdout).toContain(
      'the provenance of web@1.0.0 is signed with key',
    );
    expect(farm.faults).toStrictEqual([]);
  });

  it('is not told of what there is not', async () => {
    expect(await run('sbom', 'web@9.9.9')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('sbom', 'web', '--arch', 'aarch64')).toMatchObject({
      code: 1,
      said: 'web@1.0.1 has no image for aarch64, only for x86_64',
    });
    expect(await run('diff', 'web', 'shop')).toMatchObject({
      code: 2,
      said: 'there is no image shop; `gild images` lists them',
    });
  });
});

describe('the document of a version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-sbom-'));
  const file = join(folder, 'web.spdx.json');
  beforeAll(async () => {
    await gild.start();
    gild.env = undefined;
  });
  beforeEach(() => mkdirSync(folder, { recursive: true }));
  afterEach(() => rmSync(folder, { recursive: true }));
  afterAll(() => gild.stop());

  it('goes to a file, which is replaced only on purpose', async () => {
    gild.answerJson({ spdxVersion: 'SPDX-2.3' });
    const { code, stdout } = await run('sbom', 'web', '-o', file, '--json');
    expect([code, JSON.parse(stdout)]).toStrictEqual([0, { path: file, size_bytes: 32 }]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toStrictEqual({ spdxVersion: 'SPDX-2.3' });
    writeFileSync(file, 'mine');
    expect(await run('sbom', 'web', '-o', file)).toMatchObject({
      code: 2,
      said: `${file} exists; choose another file or pass --force`,
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await run('sbom', 'web', '-o', file, '--force')).toMatchObject({
      code: 0,
      stdout: `${file}: 32 B\n`,
    });
    expect(readdirSync(folder)).toStrictEqual(['web.spdx.json']);
  });

  it('is not written where the server has none that is sound, or where it cannot be', async () => {
    gild.answerJson(
      { error: { code: 'ARTIFACT_DAMAGED', message: 'web@1.0.0: packages/x is damaged' } },
      500,
    );
    expect(await run('sbom', 'web', '-o', file)).toMatchObject({
      code: 1,
      said: 'web@1.0.0: packages/x is damaged',
    });
    expect(readdirSync(folder)).toStrictEqual([]);
    gild.answerJson({});
    const missing = join(folder, 'no', 'folder');
    expect(await run('sbom', 'web', '-o', missing)).toMatchObject({
      code: 2,
      said: expect.stringContaining(`cannot write ${missing}`),
    });
  });

  it('is asked for as the options say', async () => {
    const asked = gild.answerJson({});
    await run('sbom', 'web:stable', '--format', 'cyclonedx', '--arch', 'arm64', '--at', '7');
    await run('diff', 'web:stable', 'shop@1.0.0', '--arch', 'arm64', '--at', '7', '--json');
    expect(asked).toStrictEqual([
      '/v1/images/web/versions/%3Astable/sbom?format=cyclonedx&arch=aarch64&at=7',
      '/v1/images/web/versions/%3Astable/diff?to=1.0.0&to_image=shop&arch=aarch64&at=7',
    ]);
    expect(await run('sbom', 'web', '--format', 'xml')).toMatchObject({
      code: 2,
      said: '--format: expected spdx, cyclonedx, found "xml"',
    });
    expect(await run('diff', 'web', 'web', '--arch', 'sparc')).toMatchObject({ code: 2 });
    expect(asked).toHaveLength(2);
  });
});
