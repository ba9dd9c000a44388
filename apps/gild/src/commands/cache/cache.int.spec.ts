import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { subjects } from '@gild/contracts';
import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

const DISK = 'disk for x86_64';
const PULLED = ['cache', 'pull', 'web'];

describe('the cache of a host', () => {
  const farm = new FarmOfFakes();
  const gild = new GildUnderTest();
  const home = mkdtempSync(join(tmpdir(), 'gild-cache-command-'));
  const asked = { actor: 'ada', image: 'web', version: '1.0.0' };
  const run = (...args: string[]) => gild.run(args);
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);

  beforeAll(async () => {
    await farm.start();
    gild.env = { ...farm.env, GILD_HOME: home, GILD_CACHE_HOST: 'oak' };
    const definition = { name: 'web', base_os: 'debian', os_version: '12', cache_ttl_days: 7 };
    expect((await run('build', farm.file('web.json', definition))).code).toBe(0);
    const policy = { min_disk_free_percent: 5 };
    await farm.registry.changePolicy({ changes: policy, actor: 'ada' });
  });
  afterEach(async () => {
    await run('policy', 'set', 'cache_enabled=true');
    rmSync(join(home, 'host-cache'), { recursive: true, force: true });
  });
  afterAll(async () => {
    await farm.stop();
    rmSync(home, { recursive: true });
  });

  it('has an image that was pulled, at the path that is printed', async () => {
    const { code, stdout, said } = await run(...PULLED);
    expect([code, said]).toStrictEqual([0, 'web@1.0.0 for x86_64: received 15 B, verified\n']);
    expect(readFileSync(stdout.trim(), 'utf8')).toBe(DISK);
    expect(dirname(stdout)).toBe(join(home, 'host-cache', 'images'));
  });

  it('says of what is there that it is, and tells both as the document of an entry', async () => {
    const first = await json(...PULLED);
    expect((await run(...PULLED)).said).toBe('web@1.0.0 for x86_64: already cached, verified\n');
    expect(first).toMatchObject({
      ...{ image_name: 'web', image_version: '1.0.0', arch: 'x86_64', host: 'oak', ttl_days: 7 },
      ...{ storage_format: 'qcow2', is_valid: true, access_count: 1, hit_count: 0 },
    });
    const [entry, ...others] = await json('cache', 'ls');
    expect([entry, others]).toStrictEqual([
      {
        ...first,
        accessed_at: expect.any(String),
        last_verification: expect.any(String),
        access_count: 2,
        hit_count: 1,
      },
      [],
    ]);
    expect((await run('cache', 'ls')).stdout).toMatch(/^IMAGE .*\nweb@1\.0\.0 {2}x86_64 {2}oak .*1 of 2/);
    expect(await json('cache', 'stats')).toMatchObject({
      ...{ host: 'oak', entries: 1, files: 1, cached_bytes: 15, hits: 1, misses: 1, hit_ratio: 0.5 },
    });
  });

  it('is on record, until it is cleaned of what nobody needs', async () => {
    await run(...PULLED);
    expect(await json('cache', 'ls', '--all-hosts')).toMatchObject([{ host: 'oak', image_name: 'web' }]);
    expect((await run('cache', 'clean')).stdout).toMatch(/^kept web@1\.0\.0 for x86_64 \(15 B\): until 20/);
    expect(await json('cache', 'clean', '--all')).toMatchObject({
      ...{ removed: [{ image_name: 'web', reason: 'requested' }], kept: [] },
    });
    expect(await json('cache', 'ls', '--all-hosts')).toStrictEqual([]);
    expect((await run('cache', 'clean', '--all')).stdout).toBe('the cache is empty\n');
    expect((await json('cache', 'stats')).evictions).toBeGreaterThan(0);
  });

  it('keeps what a machine runs that was reported of this host, and says so', async () => {
    await run(...PULLED);
    const report = (host: string) =>
      farm.registry.reportVmStart({ vmId: 'vm-17', actor: 'ada', image: 'web', host });
    await report('oak');
    expect((await run('cache', 'clean', '--all')).stdout).toBe(
      'kept web@1.0.0 for x86_64 (15 B): in use by VM vm-17\n',
    );
    await report('elm');
    expect(await json('cache', 'clean', '--all')).toMatchObject({ removed: [{ image_name: 'web' }] });
  });

  it('has its record put right by the next command when its folder is gone', async () => {
    await run(...PULLED);
    rmSync(join(home, 'host-cache'), { recursive: true });
    expect((await run('cache', 'ls')).stdout).toBe('the cache is empty\n');
    expect(await json('cache', 'ls', '--all-hosts')).toStrictEqual([]);
  });

  const flip = (path: string) => {
    const bytes = readFileSync(path);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };

  it('finds a bit that flipped, puts the file aside, and fetches it again', async () => {
    const path = (await run(...PULLED)).stdout.trim();
    expect((await run('cache', 'verify', 'web@1.0.0')).stdout).toMatch(
      /: every byte is right, sha256 [0-9a-f]{64}\n$/,
    );
    flip(path);
    const { code, stdout } = await run('cache', 'verify');
    expect([code, stdout]).toStrictEqual([
      0,
      expect.stringMatching(
        / was damaged \(expected sha256 .*, found .* in 15 bytes; put aside as .*\/quarantine\/.*\); fetched again, and right now\n$/,
      ),
    ]);
    expect(readFileSync(path, 'utf8')).toBe(DISK);
  });

  it('leaves with 1 when what is damaged cannot be fetched again', async () => {
    const path = (await run(...PULLED)).stdout.trim();
    flip(path);
    const { image_path: key } = await farm.registry.version({ image: 'web', version: '1.0.0' });
    await farm.objects.delete(key);
    const { code, stdout } = await run('cache', 'verify', '--json');
    await farm.objects.put(key, Buffer.from(DISK));
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      [{ outcome: 'damaged', message: expect.stringContaining('build the image again'), found_bytes: 15 }],
    ]);
    expect(readdirSync(join(home, 'host-cache', 'images'))).toStrictEqual([]);
  });

  it.each([
    [['pull', 'unknown'], 2, 'no image unknown'],
    [['pull', 'web@9.9.9'], 2, '9.9.9'],
    [['pull', 'web:none'], 2, 'none'],
    [['pull', 'web', '--arch', 'mips'], 2, '--arch: expected x86_64, aarch64 or arm64, found "mips"'],
    [['pull', 'web', '--arch', 'aarch64'], 1, 'web@1.0.0 has no image for aarch64, only for x86_64'],
    [['pull', 'web/1'], 2, 'expected IMAGE, IMAGE@VERSION or IMAGE:CHANNEL, found "web/1"'],
    [['pull', 'web', '--host', 'a b'], 2, '--host: expected the name of a host'],
    [['verify', 'web@1.0.0'], 2, 'web@1.0.0 is not in the cache of oak'],
    [['ls', '--at', '1'], 2, '--all-hosts --at'],
  ])('refuses %j with %i', async (args, code, text) =>
    expect(await run('cache', ...args)).toMatchObject({ code, said: expect.stringContaining(text) }),
  );

  it('takes nothing where the policy has caches switched off, and leaves with 3', async () => {
    await run('policy', 'set', 'cache_enabled=false');
    expect(await run(...PULLED)).toMatchObject({
      ...{ code: 3, stdout: '', said: expect.stringContaining('the policy says cache_enabled: false') },
    });
  });

  it('leaves with 4 when the server is not there', async () => {
    const env = gild.env;
    gild.env = { ...env, GILD_URL: 'http://127.0.0.1:1' };
    const ran = await run(...PULLED);
    gild.env = env;
    expect(ran).toMatchObject({ code: 4, said: expect.stringContaining('cannot reach the Gild server') });
  });

  it('goes on where it was cut off when it is interrupted and pulled again', async () => {
    const interrupt = new AbortController();
    farm.onRange = () => interrupt.abort();
    expect(await gild.run(PULLED, interrupt.signal)).toMatchObject({
      ...{ code: 130, stdout: '', said: expect.stringContaining('the next pull goes on from there') },
    });
    farm.onRange = () => undefined;
    expect(await run(...PULLED)).toMatchObject({ code: 0 });
  });

  describe('of another one', () => {
    const here = () => json(...PULLED);
    const asked: { pullId: string; version: string }[] = [];
    /** A cache manager of that host that is half way when it is asked first, and done when it is asked again. */
    const manage = async (host: string) => {
      const entry = { ...(await here()), host, storage_path: `/cache/${host}.qcow2` };
      farm.answer(subjects.pullToHost(host), async (payload) => {
        asked.push(payload as (typeof asked)[number]);
        return asked.length % 2 === 1
          ? { state: 'pulling', host, receivedBytes: 7, totalBytes: 15 }
          : { state: 'cached', host, filled: true, fetchedBytes: 15, entry };
      });
    };
    const announce = (host: string) =>
      farm.registry.announceHostCache({ host, actor: 'ada', events: [], cacheId: 'a'.repeat(32) });

    it('is filled by its cache manager, asked until it is there, and the path there is printed', async () => {
      await manage('elm');
      asked.length = 0;
      expect(await run('cache', 'pull', 'web', '--host', 'elm')).toMatchObject({
        ...{ code: 0, stdout: 'elm:/cache/elm.qcow2\n' },
        said: 'web@1.0.0 for x86_64 on elm: received 15 B, verified\n',
      });
      expect(asked).toMatchObject([{ version: '1.0.0' }, { version: '1.0.0', pullId: asked[0]?.pullId }]);
    });

    it('is the one here where that is its name', async () => {
      const { stdout } = await run('cache', 'pull', 'web', '--host', 'oak');
      expect(dirname(stdout)).toBe(join(home, 'host-cache', 'images'));
    });

    it('is refused with 2 where nobody knows the host, and with 4 where its cache manager does not answer', async () => {
      expect(await run('cache', 'pull', 'web', '--host', 'nowhere')).toMatchObject({
        ...{ code: 2, said: expect.stringContaining('no host nowhere is on record with a cache') },
      });
      await announce('ash');
      expect(await run('cache', 'pull', 'web', '--host', 'ash')).toMatchObject({
        ...{ code: 4, said: expect.stringContaining('the cache manager of ash does not answer') },
      });
      expect(await run('cache', 'pull', 'web', '--host', 'elm', '--all-hosts')).toMatchObject({
        ...{ code: 2, said: expect.stringContaining('expected --host or --all-hosts, found both') },
      });
    });

    it('is told host by host, with the highest of their exit codes', async () => {
      await manage('elm');
      await announce('elm');
      await announce('ash');
      const { code, stdout } = await run('cache', 'pull', 'web', '--all-hosts', '--json');
      const outcomes = JSON.parse(stdout) as { host: string }[];
      expect(code).toBe(4);
      expect(outcomes.filter(({ host }) => host !== 'oak')).toMatchObject([
        { host: 'ash', state: 'failed', code: 'UNAVAILABLE' },
        { host: 'elm', state: 'cached', filled: true },
      ]);
    });

    it('keeps its name from this one, until somebody gives it over', async () => {
      await announce('yew');
      gild.env = { ...gild.env, GILD_CACHE_HOST: 'yew' };
      expect((await run('cache', 'ls')).said).toMatch(
        /warning: .*another cache .*take-over --host yew --id /,
      );
      expect(await run('cache', 'take-over', '--id', 'mine')).toMatchObject({ code: 2 });
      expect(await json('cache', 'take-over')).toMatchObject({ host: 'yew' });
      expect((await run('cache', 'ls')).said).toBe('');
      gild.env = { ...gild.env, GILD_CACHE_HOST: 'oak' };
    });
  });

  describe('that is gone for good', () => {
    const FORGET = ['cache', 'forget', 'fir', '--reason', 'its rack was sold'];
    const hosts = async () => new Set((await json('cache', 'ls', '--all-hosts')).map(hostOf));
    const hostOf = ({ host }: { host: string }) => host;
    const asFir = async (...args: string[]) => {
      gild.env = { ...gild.env, GILD_CACHE_HOST: 'fir' };
      const ran = await run(...args);
      gild.env = { ...gild.env, GILD_CACHE_HOST: 'oak' };
      return ran;
    };

    it('is forgotten, once, and told in its history; nobody asks it to pull any more', async () => {
      await asFir(...PULLED);
      expect(await hosts()).toContain('fir');
      expect(await json(...FORGET)).toStrictEqual({ host: 'fir', recorded: true, entries: 1 });
      expect(await hosts()).not.toContain('fir');
      const outcomes = (await json('cache', 'pull', 'web', '--all-hosts')) as { host: string }[];
      expect(outcomes.map(hostOf)).not.toContain('fir');
      expect(await run(...FORGET)).toMatchObject({
        ...{ code: 0, stdout: 'fir was forgotten before, and is not on record since\n' },
      });
      expect((await run('history', 'host:fir')).stdout).toMatch(/had fir forgotten.*: its rack was sold\n$/);
    });

    it('is on record with all it has when it comes back', async () => {
      const was = JSON.parse((await asFir(...PULLED, '--json')).stdout);
      expect((await run(...FORGET)).stdout).toMatch(/^fir is forgotten, with 1 entry of its cache; /);
      expect((await asFir('cache', 'ls')).said).toBe('');
      const [entry] = ((await json('cache', 'ls', '--all-hosts')) as { host: string }[]).filter(
        ({ host }) => host === 'fir',
      );
      expect(entry).toMatchObject({ checksum: was.checksum, storage_path: was.storage_path });
    });

    it('is forgotten by a request with a key of its own', async () => {
      const { forgetHostCache } = farm.registry;
      const sent: unknown[] = [];
      farm.registry.forgetHostCache = (request) => {
        sent.push(request);
        return forgetHostCache(request);
      };
      for (let times = 0; times < 2; times += 1) await run(...FORGET);
      farm.registry.forgetHostCache = forgetHostCache;
      const requestId = expect.stringMatching(/^[0-9A-Z]{26}$/);
      expect(sent).toMatchObject([{ requestId }, { requestId }]);
      expect(sent[0]).not.toStrictEqual(sent[1]);
    });

    it('is refused with 2 where nobody knows it, and with 3 while VMs run there', async () => {
      expect(await run('cache', 'forget', 'elk-17', '--reason', 'sold')).toMatchObject({
        ...{ code: 2, said: expect.stringContaining('no host elk-17 was ever on record with a cache') },
      });
      await asFir(...PULLED);
      await farm.registry.reportVmStart({ vmId: 'vm-9', actor: 'ada', image: 'web', host: 'fir' });
      expect(await run(...FORGET)).toMatchObject({
        ...{ code: 3, said: expect.stringContaining('the VM vm-9 runs on fir') },
      });
      await farm.registry.reportVmStop({ vmId: 'vm-9', actor: 'ada' });
    });

    it('is not forgotten without a reason', async () =>
      expect(await run('cache', 'forget', 'fir', '--reason', ' ')).toMatchObject({
        ...{ code: 2, said: expect.stringContaining('reason') },
      }));
  });

  it('gives nobody a version that was revoked, nor a channel that points to one, and leaves with 3', async () => {
    await farm.registry.promote({ ...asked, requestId: 'request1', channel: 'stable' });
    await farm.registry.revoke({ ...asked, requestId: 'request2', reason: 'it leaks' });
    for (const image of ['web@1.0.0', 'web:stable'])
      expect(await run('cache', 'pull', image)).toMatchObject({
        ...{ code: 3, stdout: '', said: expect.stringContaining('it leaks') },
      });
  });
});
