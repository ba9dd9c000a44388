// What the benches of images share: a GILD_HOME of their own, builds of the example with something added, and boots of the result.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
const example = readFileSync(join(repository, 'examples/web-server.yaml'), 'utf8');

/** The taskservs of the example. */
export const SERVICES = ['nginx', 'postgresql', 'redis'];

export const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Calls `measure` with a home that is gone afterwards. GILD_BENCH_HOME names one to keep, with what it has cached. */
export const withHome = (measure) => {
  const kept = process.env.GILD_BENCH_HOME;
  const home = kept ?? mkdtempSync(join(tmpdir(), 'gild-bench-'));
  try {
    measure(home);
  } finally {
    if (kept === undefined) rmSync(home, { recursive: true, force: true });
  }
};

const gild = (home, args) => {
  const env = { ...process.env, GILD_URL: '', GILD_HOME: home };
  const { status, stdout, stderr } = spawnSync(join(repository, 'gild'), [...args, '--json'], {
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`gild ${args.join(' ')} exited with ${status}: ${stderr} ${stdout}`);
  return JSON.parse(stdout);
};

/** Adds a taskserv to those of the home. */
export const addTaskserv = (home, name, text) => {
  mkdirSync(join(home, 'taskservs', name), { recursive: true });
  writeFileSync(join(home, 'taskservs', name, 'taskserv.yaml'), text);
};

/** Builds the example under a name of its own, with more lines and other taskservs; tells its size and its file. */
export const buildExample = (home, { name, lines = [], taskservs = SERVICES }) => {
  const file = join(home, `${name}.yaml`);
  const text = example
    .replace('name: web-server', `name: ${name}`)
    .replace(/^taskservs: .*$/m, `taskservs: [${taskservs.join(', ')}]`);
  writeFileSync(file, [text, ...lines, ''].join('\n'));
  const [artifact] = gild(home, ['build', file, '--no-boot-test']).version.artifacts;
  const image = join(home, `${name}.qcow2`);
  rmSync(image, { force: true });
  gild(home, ['export', name, '-o', image]);
  return { name, image, bytes: artifact.size_bytes };
};

/** Boots an image from BIOS and runs shell commands in it, each of which must succeed. */
export const boot = (home, image, { checks, seconds }) => {
  const asked = checks.flatMap((check) => ['--check', check]);
  const { results } = gild(home, [
    ...['test-boot', image, '--firmware', 'bios', '--timeout', String(seconds)],
    ...asked,
  ]);
  return results[0];
};
