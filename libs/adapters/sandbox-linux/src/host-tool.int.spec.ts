import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, folder, script, tree } from './sandbox-under-test.spec.js';

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
