import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { faultCode } from '@gild/ports';
import { asNobody, canGrant, SANDBOX_PROGRAM } from './as-nobody.spec.js';
import { currentIdRange } from './id-range.js';
import { capture, folder, home, makeTree, sandbox, script, tree, usr } from './sandbox-under-test.spec.js';

describe('what a program sees', () => {
  it('is root over a full range of ids, first process but one, on a machine named gild', async () => {
    const { output } = await capture(
      script(
        'id -u; id -g; hostname; echo $$; while read -r _ _ n; do all=$((all + n)); done </proc/self/uid_map; echo $all',
      ),
    );
    expect(output).toBe('0\n0\ngild\n2\n65536\n');
  });
  it('has exactly the environment it was given besides PATH, HOME and LC_ALL', async () => {
    const { output } = await capture({ argv: ['/usr/bin/env'], env: { GREETING: 'a b\nc' } });
    expect(output.split('\n').sort().join('|')).toBe(
      '|GREETING=a b|HOME=/root|LC_ALL=C.UTF-8|PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin|c',
    );
  });
  it('finds working devices and no file of the host', async () => {
    await writeFile(join(home, 'secret'), 'x');
    const { output } = await capture(
      script(
        'head -c 3 /dev/zero | wc -c; echo loud >/dev/stderr; ls -d "$1" /run/.host 2>&1 | wc -l; ls /dev/pts/ptmx',
        join(home, 'secret'),
      ),
    );
    expect(output).toBe('3\nloud\n2\n/dev/pts/ptmx\n');
  });
  it('has no network but its own loopback', async () => {
    const { output } = await capture(
      script('tail -n +3 /proc/net/dev | cut -d: -f1; cat /sys/class/net 2>/dev/null'),
    );
    expect(output.trim()).toBe('lo');
  });
  it('resolves names as the host does once it has network', async () => {
    await writeFile(join(tree, 'etc/resolv.conf'), '');
    const { output } = await capture({ ...script('cat /etc/resolv.conf'), network: true });
    expect(output).toBe(await readFile('/etc/resolv.conf', 'utf8'));
  });
  it('reads what it was given on standard input', async () => {
    expect((await capture({ argv: ['/bin/cat'], stdin: 'words' })).output).toBe('words');
  });
});

describe('what a program changes', () => {
  it('lands in the upper folder only, with owners of the range', async () => {
    const upper = await folder('upper');
    const owners = await folder('owners');
    await sandbox.run({
      ...script('chown 0:0 "$GILD_ROOT"; echo a > "$GILD_ROOT/a"; chown 33:44 "$GILD_ROOT/a"'),
      lower: [],
      upper: owners,
      root: 'host',
    });
    await capture({
      ...script('echo b > /b; rm /a; : > /tmp/t; : > /run/r; chown 7:7 /b'),
      lower: [tree, owners],
      upper,
    });
    expect((await readdir(upper)).sort()).toStrictEqual(['a', 'b']);
    expect((await lstat(join(upper, 'a'))).isCharacterDevice()).toBe(true);
    const range = await currentIdRange();
    expect((await stat(join(upper, 'b'))).uid - (await stat(join(owners, 'a'))).uid).toBe(7 - 33);
    expect((await stat(join(upper, 'b'))).uid).toBeGreaterThanOrEqual(range.uid.first);
    expect(await readFile(join(owners, 'a'), 'utf8')).toBe('a\n');
  });
  it('is refused when no upper folder takes it', async () => {
    for (const lower of [[tree], [tree, await folder('second')]]) {
      const { exitCode, output } = await capture({ ...script('touch /new'), lower });
      expect([exitCode, output]).toStrictEqual([1, "touch: cannot touch '/new': Read-only file system\n"]);
    }
  });
  it('reaches a bound folder, and is refused by a read-only one', async () => {
    const [open, closed] = [await folder('open'), await folder('closed')];
    const { output } = await capture({
      ...script('touch /run/a/b/new; touch /run/c/new; true'),
      binds: [
        usr,
        { source: open, target: '/run/a/b' },
        { source: closed, target: '/run/c', readOnly: true },
      ],
    });
    expect(output).toBe("touch: cannot touch '/run/c/new': Read-only file system\n");
    expect(await readdir(open)).toStrictEqual(['new']);
  });
  it('survives paths with every character that mount options give a meaning', async () => {
    const odd = await makeTree(await folder('a:b,c\\d e=f'));
    const upper = await folder('upper:,\\ x');
    await writeFile(join(odd, 'etc/name'), 'odd');
    const { output } = await capture({ ...script('cat /etc/name; touch /new'), lower: [tree, odd], upper });
    expect(output).toBe('odd');
    expect(await readdir(upper)).toStrictEqual(['new']);
  });
  it('merges a hundred layers with long paths', async () => {
    const lower = [tree];
    for (let index = 0; index < 100; index += 1) {
      const layer = await folder(`${'long'.repeat(50)}-${index}`);
      await writeFile(join(layer, `file-${index}`), '');
      lower.push(layer);
    }
    expect((await capture({ ...script('ls / | grep -c file-'), lower })).output).toBe('100\n');
  });
  it('is removed with its foreign owners', async () => {
    const upper = await folder('upper');
    await capture({ ...script('mkdir -p /x/y; : > /x/y/z; chown -R 5:5 /x; chmod 0 /x/y'), upper });
    await sandbox.remove(upper);
    await sandbox.remove(upper);
    expect((await readdir(home)).includes('upper')).toBe(false);
  });
});

/** Command lines of living processes that carry the mark. */
const alive = async (mark: string) => {
  const lines = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(mark)).length;
};

const childrenOf = (parent: number, mark: string) => {
  const all = spawnSync('ps', ['--ppid', String(parent), '-o', 'pid=,args='], { encoding: 'utf8' }).stdout;
  return all
    .split('\n')
    .filter((line) => line.includes(mark))
    .map((line) => Number(line.trim().split(' ')[0]));
};

describe('the end of a run', () => {
  it('reports the exit code, or 128 and the signal', async () => {
    expect((await capture(script('exit 42'))).exitCode).toBe(42);
    expect((await capture(script('kill -SEGV $$'))).exitCode).toBe(139);
  });
  it('names a program that is not there', async () => {
    const error = await capture({ argv: ['/bin/nothing'] }).catch((cause) => cause);
    expect([faultCode(error), error.message]).toStrictEqual([
      'PROGRAM_MISSING',
      'Cannot run /bin/nothing: No such file or directory. Is it installed there?',
    ]);
  });
  it('says why a tree cannot be used', async () => {
    const error = await capture({ ...script('true'), lower: [await folder('bare')] }).catch((cause) => cause);
    expect([faultCode(error), error.message]).toStrictEqual([
      'SANDBOX_UNAVAILABLE',
      'The sandbox could not be set up: the tree has no folder /proc',
    ]);
  });
  it('takes daemons with it and keeps all they printed before', async () => {
    const { exitCode, output } = await capture(
      script(
        'setsid sh -c "echo daemon; : > /tmp/up; exec sleep 98761" & while [ ! -e /tmp/up ]; do :; done; echo done',
      ),
    );
    expect([exitCode, output.split('\n').sort().join(' ')]).toStrictEqual([0, ' daemon done']);
    expect(await alive('98761')).toBe(0);
  });
  it('does not leave a finished orphan waiting', async () => {
    const { output } = await capture(
      script(
        'sh -c "sleep 0.05 & echo \\$!" > /tmp/pid; p=$(cat /tmp/pid); while kill -0 $p 2>/dev/null; do sleep 0.01; done; echo reaped',
      ),
    );
    expect(output).toBe('reaped\n');
  });
  it('row 36: comes when nothing was printed for the limit', async () => {
    const error = await capture({ ...script('echo a; sleep 98762'), idleLimitMs: 300 }).catch(
      (cause) => cause,
    );
    expect(faultCode(error)).toBe('BUILD_SILENT');
    expect(await alive('98762')).toBe(0);
  });
  it('does not come while the reader is the slow one', async () => {
    const slow = async () => new Promise<void>((resolve) => setTimeout(resolve, 400));
    expect(
      await sandbox.run({
        ...script('echo a'),
        lower: [tree],
        root: 'image',
        binds: [usr],
        idleLimitMs: 200,
        onOutput: slow,
      }),
    ).toStrictEqual({ exitCode: 0 });
  });
  it('is asked for by a signal first, so that a program may tidy up', async () => {
    const stop = new AbortController();
    let output = '';
    const run = sandbox.run({
      ...script('trap "echo tidy; exit 0" TERM; echo ready; while :; do sleep 0.05; done'),
      lower: [tree],
      root: 'image',
      binds: [usr],
      signal: stop.signal,
      onOutput: (chunk) => {
        output += Buffer.from(chunk).toString();
        if (output === 'ready\n') stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(output.replace('Terminated\n', '')).toBe('ready\ntidy\n');
  });
  it('is forced on a program that ignores the signal', async () => {
    const stop = new AbortController();
    const run = sandbox.run({
      ...script('trap "" TERM; echo ready; while :; do sleep 98763; done'),
      lower: [tree],
      root: 'image',
      binds: [usr],
      signal: stop.signal,
      onOutput: () => stop.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    expect(await alive('98763')).toBe(0);
  }, 15_000);
  it('is refused to begin after the abort', async () => {
    await expect(
      capture({ ...script('true'), signal: AbortSignal.abort(new Error('late')) }),
    ).rejects.toThrow('late');
  });
  it('passes on what the reader throws, with everything ended', async () => {
    const run = sandbox.run({
      ...script('echo a; sleep 98764'),
      lower: [tree],
      root: 'image',
      binds: [usr],
      onOutput: () => {
        throw new Error('disk full');
      },
    });
    await expect(run).rejects.toThrow('disk full');
    expect(await alive('98764')).toBe(0);
  });
  it('comes with the death of the process that started it, and leaves no folder', async () => {
    const upper = await folder('upper');
    const spec = {
      ...script('setsid sleep 98765 & echo up; exec sleep 98765'),
      lower: [tree],
      upper,
      root: 'image',
      binds: [usr],
    };
    const child = spawn(process.execPath, [SANDBOX_PROGRAM, JSON.stringify(spec)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    expect(await alive('98765')).toBeGreaterThanOrEqual(2);
    const perl = (await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')).trim();
    child.kill('SIGKILL');
    await once(child, 'exit');
    while (await stat(`/proc/${perl}`).catch(() => undefined))
      await new Promise((resolve) => setImmediate(resolve));
    expect(await alive('98765')).toBe(0);
  });
  it('may come at the hands of others, and then the run can be tried again', async () => {
    const run = sandbox.run({
      ...script('echo up; exec sleep 98766'),
      ...{ lower: [tree], root: 'image', binds: [usr] },
      onOutput: () => {
        for (const pid of childrenOf(process.pid, 'sandbox.pl')) process.kill(pid, 'SIGKILL');
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'SANDBOX_KILLED', retryable: true });
    while ((await alive('98766')) > 0) await new Promise((resolve) => setImmediate(resolve));
  });
  it('keeps memory flat through a gigabyte of output', async () => {
    let bytes = 0;
    let peak = 0;
    const before = process.memoryUsage().rss;
    await sandbox.run({
      argv: ['/usr/bin/head', '-c', '1G', '/dev/zero'],
      lower: [tree],
      root: 'image',
      binds: [usr],
      onOutput: async (chunk) => {
        bytes += chunk.length;
        if (bytes % 2 ** 24 < chunk.length) await new Promise((resolve) => setImmediate(resolve));
        peak = Math.max(peak, process.memoryUsage.rss() - before);
      },
    });
    expect(bytes).toBe(2 ** 30);
    expect(peak).toBeLessThan(96 * 2 ** 20);
  }, 120_000);
});

(canGrant ? it : it.skip)('works for a user without rights that owns a range of ids', async () => {
  await chmod(home, 0o777);
  const spec = {
    ...script('id -u; chown 5:5 "$GILD_ROOT"'),
    ...{ lower: [], upper: join(home, 'upper'), root: 'host' },
  };
  const making = ['sh', '-c', 'mkdir "$1" && shift && exec "$@"', 'sh', spec.upper];
  const [program, args] = asNobody(...making, process.execPath, SANDBOX_PROGRAM, JSON.stringify(spec));
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(await text(child.stdout)).toBe('0\n');
  expect((await stat(spec.upper)).uid).toBe(200_000 + 5 - 1);
});
