import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, folder, home, sandbox, script, tree, usr } from './sandbox-under-test.spec.js';

describe('a program of the image', () => {
  it('cannot make what is read only writable again', async () => {
    const closed = await folder('closed');
    await mkdir(join(closed, 'deeper'));
    for (const path of [closed, join(closed, 'deeper')]) await chmod(path, 0o777);
    const mount = '/usr/bin/mount -o remount,bind,rw /run/c 2>/dev/null';
    const { output } = await capture({
      ...script(
        `${mount}; touch /run/c/new; unshare -Urm sh -c '${mount}; touch /run/c/deeper/new'; ` +
          'nsenter -t 1 -m true; true',
      ),
      binds: [usr, { source: closed, target: '/run/c', readOnly: true }],
    });
    expect(output).toContain("cannot touch '/run/c/new': Read-only file system\n");
    expect(output).toContain("cannot touch '/run/c/deeper/new': Read-only file system\n");
    expect(output).toMatch(/nsenter: .* failed|nsenter: .*denied/);
    expect([await readdir(closed), await readdir(join(closed, 'deeper'))]).toStrictEqual([['deeper'], []]);
  });
  it.each(['/etc/resolv.conf', '/etc/hosts'])('writes nothing outside by leaving %s a link', async (path) => {
    const victim = join(home, 'victim');
    await writeFile(victim, 'precious');
    await writeFile(join(tree, 'etc/shared'), 'precious');
    for (const file of [victim, join(tree, 'etc/shared')]) await chmod(file, 0o666);
    for (const way of ['', '../run/', 'x/../'])
      for (const target of [`/run/${way}.host${victim}`, `/run/${way}.host/run/gild/l0/etc/shared`]) {
        await rm(join(tree, path), { force: true });
        await symlink(target, join(tree, path));
        expect((await capture({ ...script('true'), network: true })).exitCode).toBe(0);
      }
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect(await readFile(join(tree, 'etc/shared'), 'utf8')).toBe('precious');
  });
  it('resolves names through its link into /run, as systemd-resolved has it', async () => {
    await symlink('../run/systemd/resolve/stub.conf', join(tree, 'etc/resolv.conf'));
    const { output } = await capture({ ...script('cat /etc/resolv.conf'), network: true });
    expect(output).toBe(await readFile('/etc/resolv.conf', 'utf8'));
  });
  it('keeps /tmp on the disk of the upper folder, and not in memory', async () => {
    const upper = await folder('upper');
    const { output } = await capture({ ...script('touch /tmp/x; stat -c "%d %a" /tmp'), upper });
    expect(output).toBe(`${(await stat(upper)).dev} 1777\n`);
    expect(await readdir(upper)).toStrictEqual([]);
  });
  it('has memory file systems of a limited size', async () => {
    const { output } = await capture(
      script('for at in /tmp /run /dev /dev/shm; do stat -f -c "%b %S" $at; done; ulimit -c'),
    );
    const lines = output.trim().split('\n');
    const sizes = lines
      .slice(0, 4)
      .map((line) => line.split(' ').reduce((product, n) => product * Number(n), 1));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 ** 30);
    expect(lines.at(-1)).toBe('0');
  });
});

describe('the removal of a tree', () => {
  it('changes nothing outside, where the image has a link at what a sandbox names its own folder', async () => {
    const [victim, upper] = [await folder('victim'), await folder('upper')];
    await capture({ ...script('mkdir /overlay && ln -s "$1" /overlay/work', victim), upper });
    expect(await readdir(join(upper, 'overlay'))).toStrictEqual(['work']);
    await sandbox.remove(upper);
    expect((await stat(victim)).mode & 0o777).toBe(0o755);
    expect((await readdir(home)).sort()).toStrictEqual(['tree', 'victim']);
  });
});

describe('a tool of the host', () => {
  it('finds the merged tree at GILD_ROOT', async () => {
    await writeFile(join(tree, 'etc/name'), 'in the tree');
    expect((await capture({ ...script('cat "$GILD_ROOT/etc/name"'), root: 'host', binds: [] })).output).toBe(
      'in the tree',
    );
  });
  it('leaves its result in a writable binding', async () => {
    const out = await folder('out');
    await capture({
      ...script('echo made > /run/out/file'),
      root: 'host',
      binds: [{ source: out, target: '/run/out' }],
    });
    expect(await readFile(join(out, 'file'), 'utf8')).toBe('made\n');
  });
  it('changes nothing of the host, whichever way a link in the tree leads it there', async () => {
    const [victim, upper] = [await mkdtemp('/var/tmp/gild-victim-'), await folder('upper')];
    await writeFile(join(victim, 'precious'), '');
    for (const path of [victim, join(victim, 'precious')]) await chmod(path, 0o777);
    const { exitCode, output } = await capture({
      ...script(
        'cd "$GILD_ROOT" && ln -s "$1" out && ln -s /dev/shm shm; touch shm/made; touch out/made; rm -rf out/*; touch inside',
        victim,
      ),
      lower: [],
      upper,
      root: 'host',
      binds: [],
    });
    expect(output).toMatch(
      /^touch: .*'shm\/made': (?:Read-only|Permission).*\ntouch: .*'out\/made': Read-only.*\nrm: .*Read-only file system\n$/,
    );
    expect([exitCode, await readdir(victim)]).toStrictEqual([0, ['precious']]);
    await rm(victim, { recursive: true });
    expect((await readdir(upper)).sort()).toStrictEqual(['inside', 'out', 'shm']);
  });
  it('has a /tmp of its own', async () => {
    const { output } = await capture({
      ...script('ls -A /tmp; touch /tmp/mine && ls /tmp'),
      root: 'host',
      binds: [],
    });
    expect(output).toBe('mine\n');
  });
});
