import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SandboxRun } from '@gild/ports';
import { asNobody, canGrant, SANDBOX_PROGRAM } from './as-nobody.spec.js';
import type { Caps } from './caps.js';
import { linuxSandbox } from './linux-sandbox.js';
import { folder, home, script, tree, usr } from './sandbox-under-test.spec.js';

const MIB = 2 ** 20;
const CAPS: Caps = { processes: 64, memoryBytes: 128 * MIB, diskBytes: 64 * MIB, files: 10_000 };
const GRACE_MS = 300;
/** A bomb that nobody ends goes no further than this, for other people work on this host too. */
const LONGEST_MS = 60_000;

const capped = linuxSandbox({ caps: CAPS, graceMs: GRACE_MS });

const inImage = async (run: Pick<SandboxRun, 'argv' | 'signal'>, upper: string, sandbox = capped) => {
  const printed: string[] = [];
  const { exitCode } = await sandbox.run({
    ...{ lower: [tree], root: 'image', binds: [usr], upper, ...run },
    onOutput: (chunk) => void printed.push(Buffer.from(chunk).toString()),
    signal: AbortSignal.any([
      AbortSignal.timeout(LONGEST_MS),
      ...(run.signal === undefined ? [] : [run.signal]),
    ]),
  });
  return { exitCode, printed: printed.join('') };
};

const perl = (program: string) => ({ argv: ['/usr/bin/perl', '-e', program] });

/** Forks as fast as it can, in as many sessions, but no more than the host bears were there no wall. */
const FORKS = perl(
  'for (1 .. 2000) { my $p = fork(); if (!defined $p) { select undef, undef, undef, 0.01; next } setpgrp; sleep 60 if !$p }',
);
const EATS = perl(
  'my @all; for (1 .. 400) { push @all, "x" x 1048576; select undef, undef, undef, 0.003 } sleep 60',
);
const FILLS = script('head -c 512M /dev/zero > /tmp/a; sleep 60');
const MAKES = perl('mkdir "/d"; for (1 .. 60000) { open my $f, ">", "/d/$_" or die } sleep 60');

/** How often a second something else of this process had its turn, of 50 times that it wanted it. */
const heartbeat = () => {
  let turns = 0;
  const begun = performance.now();
  const timer = setInterval(() => (turns += 1), 20);
  return () => {
    clearInterval(timer);
    return (turns * 1000) / (performance.now() - begun);
  };
};

/** Command lines of this host's processes that hold the word. */
const alive = async (word: string): Promise<number> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(word)).length;
};

describe('row 35: a program that takes more than it may', () => {
  it.each([
    ['forks without end', FORKS, ['PROCESSES_EXCEEDED', /more than 64 processes at once \(found: \d+\)/]],
    ['eats memory', EATS, ['MEMORY_EXCEEDED', /more than 128 MiB of memory \(found: \d+ MiB\)/]],
    ['fills the disk', FILLS, ['DISK_EXCEEDED', /more than 64 MiB of disk \(found: \d+ MiB\)/]],
    ['makes files without end', MAKES, ['FILES_EXCEEDED', /more than 10000 files \(found: \d+\)/]],
  ] as const)(
    '%s: only that build dies, with its reason, and the agent is heard',
    async (_, bomb, [code, message]) => {
      const [upper, beside] = [await folder('upper'), await folder('beside')];
      const turnsPerSecond = heartbeat();
      const neighbour = new AbortController();
      const other = inImage(
        {
          ...script('trap "echo well; exit 0" TERM; while :; do sleep 0.05; done'),
          signal: neighbour.signal,
        },
        beside,
      );
      other.catch(() => undefined);
      await expect(inImage(bomb, upper)).rejects.toMatchObject({
        ...{ code, retryable: false },
        message: expect.stringMatching(message),
      });
      expect(turnsPerSecond()).toBeGreaterThanOrEqual(1);
      neighbour.abort(new Error('was well until now'));
      await expect(other).rejects.toThrow('was well until now');
      expect(await alive(upper)).toBe(0);
    },
    120_000,
  );

  it('is measured no longer when it is over', async () => {
    const upper = await folder('upper');
    execFileSync('perl', ['-e', 'for (1 .. 30000) { open my $f, ">", "$ARGV[0]/$_" or die }', upper]);
    // It takes less than it may, and its file system loses more: it is measured again and again, until somebody sees it.
    const roomy = linuxSandbox({ caps: { ...CAPS, files: 100_000 }, graceMs: GRACE_MS });
    const stop = new AbortController();
    const run = inImage({ ...script('touch /up; sleep 60'), signal: stop.signal }, upper, roomy);
    let ended: unknown;
    run.catch((reason: unknown) => (ended = reason));
    while (ended === undefined && !existsSync(join(upper, 'up'))) await new Promise(setImmediate);
    await writeFile(join(await folder('beside'), 'a'), Buffer.alloc(2 * CAPS.diskBytes));
    const measuring = `--\0${upper}\0`; // of du
    while (ended === undefined && (await alive(measuring)) === 0) await new Promise(setImmediate);
    expect(ended).toBeUndefined();
    stop.abort(new Error('over'));
    await expect(run).rejects.toThrow('over');
    expect(await alive(measuring)).toBe(0);
  });

  it('ignores SIGTERM: it is killed when its grace is over, with all its processes', async () => {
    const upper = await folder('upper');
    const stop = new AbortController();
    const run = inImage(
      {
        ...script('trap "" TERM; (trap "" TERM; sleep 98771) & touch /up; sleep 98771'),
        signal: stop.signal,
      },
      upper,
    );
    run.catch(() => undefined);
    while (!(await readdir(upper)).includes('up')) await new Promise(setImmediate);
    const begun = performance.now();
    stop.abort(new Error('over'));
    await expect(run).rejects.toThrow('over');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(GRACE_MS);
    expect([capped.endOf(upper), await alive('98771')]).toStrictEqual(['killed', 0]);
    await capped.remove(upper);
    expect(capped.endOf(upper)).toBeUndefined();
  });
});

it('leaves a program alone that takes less than it may, and lets it not raise its caps', async () => {
  const upper = await folder('upper');
  const within = 'for i in {1..9}; do sleep 0.3 & done; wait; head -c 30M /dev/zero > /a';
  const raise = 'ulimit -u 100000 2> /dev/null || echo refused; cat /proc/self/oom_score_adj';
  expect(await inImage({ argv: ['/bin/bash', '-c', `${within}; ${raise}`] }, upper)).toStrictEqual({
    exitCode: 0,
    printed: 'refused\n1000\n',
  });
});

describe('row 35: where the agent is a user without rights, a program', () => {
  const hidden =
    'mkdir -m 700 "$GILD_ROOT/in" && chown 5:5 "$GILD_ROOT/in" && head -c 512M /dev/zero > "$GILD_ROOT/in/a"; sleep 60';
  (canGrant ? it : it.skip).each([
    ['that forks without end', FORKS.argv, 'PROCESSES_EXCEEDED'],
    ['that eats memory', EATS.argv, 'MEMORY_EXCEEDED'],
    ['that fills the disk where the agent may not look', ['/bin/sh', '-c', hidden], 'DISK_EXCEEDED'],
  ])(
    '%s is ended all the same',
    async (_, argv, code) => {
      await chmod(home, 0o777);
      const spec = { caps: CAPS, argv, lower: [], upper: join(home, 'upper'), root: 'host' };
      const making = ['timeout', '30', 'sh', '-c', 'mkdir "$1" && shift && exec "$@"', 'sh', spec.upper];
      const [program, args] = asNobody(...making, process.execPath, SANDBOX_PROGRAM, JSON.stringify(spec));
      const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      expect(await text(child.stdout)).toBe(`${code}\n`);
    },
    120_000,
  );
});
