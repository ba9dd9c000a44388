// Measures builds on this machine as a user sees them: `node_modules/.bin/node test/bench/builds.mjs [rounds]`. Everything
// begins with empty caches in a home of its own, without the boot test. Prints medians, and how many times faster than the first build.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = Number(process.argv[2] ?? 3);
const repository = join(import.meta.dirname, '../..');
const gild = join(repository, 'gild');
const example = join(repository, 'examples/web-server.yaml');
const home = mkdtempSync(join(tmpdir(), 'gild-bench-'));
const env = { ...process.env, GILD_URL: '', GILD_HOME: home };

const timed = (...args) => {
  const begun = performance.now();
  const { status, stderr } = spawnSync(gild, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`gild ${args.join(' ')} exited with ${status}: ${stderr}`);
  return (performance.now() - begun) / 1_000;
};
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rounds = (measure) => median(Array.from({ length: ROUNDS }, (_, index) => measure(index)));
const build = (file) => timed('build', file, '--no-boot-test');

/** The example with a taskserv of its own that installs one small package. */
const withOneMore = (index) => {
  const name = `extra${index}`;
  mkdirSync(join(home, 'taskservs', name), { recursive: true });
  writeFileSync(
    join(home, 'taskservs', name, 'taskserv.yaml'),
    [
      `name: ${name}`,
      'description: One small package',
      'version_package: tree',
      'distributions: {debian: [{packages: [tree]}]}',
      `checks: [{name: runs, command: [tree, --version]}]`,
    ].join('\n'),
  );
  const file = join(home, `${name}.yaml`);
  writeFileSync(file, readFileSync(example, 'utf8').replace('redis]', `redis, ${name}]`));
  return file;
};

const row = (what, seconds, first) =>
  console.log(
    `${what.padEnd(48)} ${seconds.toFixed(2).padStart(8)} s${first ? `${(first / seconds).toFixed(1).padStart(9)} x` : ''}`,
  );

let farm, closed;
try {
  timed('--version'); // sets up what is missing
  console.log(`builds, ${cpus().length} x ${cpus()[0]?.model}, ${ROUNDS} rounds, ${home}`);
  row(
    'start of the program',
    rounds(() => timed('--version')),
  );
  farm = spawn(gild, ['up', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  closed = once(farm, 'close');
  const said = await Promise.race([once(farm.stdout, 'data'), closed.then(() => undefined)]);
  if (said === undefined) throw new Error('gild up ended before it was up');
  const first = build(example);
  row('first build of the example', first);
  row(
    'same definition again',
    rounds(() => build(example)),
    first,
  );
  row(
    'one taskserv added',
    rounds((index) => build(withOneMore(index))),
    first,
  );
} finally {
  farm?.kill('SIGTERM');
  await closed;
  rmSync(home, { recursive: true, force: true });
}
