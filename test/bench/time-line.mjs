// Where the seconds of a build go: `node_modules/.bin/node test/bench/time-line.mjs > docs/guide/time-line.md`, then `npx prettier --write`. Builds the example
// with nothing cached, then with one small taskserv more, then as it was, each with the boot test left out, and prints when its log said
// what.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { addTaskserv } from './image-bench.mjs';

const LOOK_MS = 250;
/** Seconds below which a row says nothing. */
const LEAST = 0.05;
const repository = join(import.meta.dirname, '../..');
const example = join(repository, 'examples/web-server.yaml');
const home = mkdtempSync(join(tmpdir(), 'gild-bench-'));
const env = { ...process.env, GILD_URL: '', GILD_HOME: home };
const gild = (...args) =>
  spawn(join(repository, 'gild'), args, { env, stdio: ['ignore', 'pipe', 'inherit'] });

const ACTIONS = {
  disk: 'file system, boot loaders, compression on all cores',
  checksums: 'digests',
  verify: 'reading the image back',
  upload: 'storing the image, and layers that are not yet',
};

/** What begins with a line of the log. */
const PHASES = [
  [/^--- .*\((resolve)\)/, () => ['packages', 'resolving']],
  [/^--- .*\((\S+)\)$/, ([, step]) => [step, ACTIONS[step] ?? 'preparing, fetching packages']],
  [/^Reading the package indexes/, () => [undefined, 'reading package indexes']],
  [/^Layer \S+ needs /, () => [undefined, 'resolving']],
  [/^Unpacking the first/, () => [undefined, 'unpacking the first packages']],
  [/^Installing them with/, () => [undefined, "installing them with the image's dpkg"]],
  [/^Installing the packages of layer/, () => [undefined, "installing packages with the image's apt"]],
  [/^update-initramfs: Generating/, () => [undefined, 'making the initial RAM disk']],
  [/^Running script/, () => [undefined, 'scripts']],
];

const output = async (child) => {
  const closed = once(child, 'close');
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  const [code] = await closed;
  if (code !== 0) throw new Error(`${child.spawnargs.join(' ')} exited with ${code}`);
  return text;
};
const json = async (...args) => JSON.parse(await output(gild(...args, '--json')));

/** Before the first. */
const NO_PHASE = {};

/** Follows the log of the job that has just begun, and gives each phase with when it began. */
const phasesOf = async (jobId) => {
  const phases = [];
  for await (const line of createInterface({ input: gild('logs', '-f', jobId).stdout })) {
    const [pattern, said] = PHASES.find(([each]) => each.test(line)) ?? [];
    if (pattern === undefined) continue;
    const last = phases.at(-1) ?? NO_PHASE;
    const [step = last.step, phase] = said(pattern.exec(line));
    if (last.step !== step || last.phase !== phase) phases.push({ step, phase, at: performance.now() });
  }
  return phases;
};

const newest = async () => (await json('jobs'))[0]?.job_id;
const begun = async (before) => {
  for (let id = await newest(); ; id = await newest()) {
    if (id !== undefined && id !== before) return id;
    await setTimeout(LOOK_MS);
  }
};

const measured = async (file) => {
  const before = await newest();
  const start = performance.now();
  const building = json('build', file, '--no-boot-test');
  const refused = building.then(() => Promise.reject(new Error('the build ended before it was a job')));
  const jobId = await Promise.race([begun(before), refused]);
  const phases = await phasesOf(jobId);
  const { job } = await building;
  const end = performance.now();
  const { entries } = await json('history', jobId);
  const artifact = entries.find(({ what }) => what === 'ArtifactReported')?.data.artifact;
  const bytes = new Map(artifact?.layers?.map(({ step, object }) => [step, object.sizeBytes]));
  return { job, phases, bytes, image: artifact?.object.sizeBytes, seconds: (end - start) / 1_000, end };
};

const bytesOf = (step, { image, bytes }) => (step === 'disk' ? image : bytes.get(step));
const megabytes = (bytes) => (bytes === undefined ? '' : `${(bytes / 1e6).toFixed(1)} MB`);
const table = (title, measurement) => {
  const { job, phases, seconds, end } = measurement;
  console.log(`\n## ${title}: ${seconds.toFixed(1)} s\n`);
  console.log('| Step | What | Seconds | Bytes |\n| --- | --- | ---: | ---: |');
  const cached = new Set(job.steps.filter(({ cache }) => cache === 'hit').map(({ name }) => name));
  phases.forEach(({ step, phase, at }, index) => {
    const next = phases[index + 1];
    const took = ((next?.at ?? end) - at) / 1_000;
    const isLast = next?.step !== step;
    if (took < LEAST && !isLast) return;
    const size = isLast ? megabytes(bytesOf(step, measurement)) : '';
    console.log(
      `| ${step} | ${cached.has(step) ? 'taken from the cache' : phase} | ${took.toFixed(1)} | ${size} |`,
    );
  });
};

const withOneMore = () => {
  addTaskserv(
    home,
    'extra',
    `name: extra\ndescription: One small package\nversion_package: tree\ndistributions: {debian: [{packages: [tree]}]}\nchecks: [{name: runs, command: [tree, --version]}]\n`,
  );
  const file = join(home, 'extra.yaml');
  writeFileSync(file, readFileSync(example, 'utf8').replace('redis]', 'redis, extra]'));
  return file;
};

let farm, closed;
try {
  await output(gild('--version')); // sets up what is missing
  farm = spawn(join(repository, 'gild'), ['up', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  closed = once(farm, 'close');
  await once(farm.stdout, 'data');
  console.log(`# Where the seconds of a build go

Measured by \`test/bench/time-line.mjs\` on ${cpus().length} × ${cpus()[0]?.model}, of \`examples/web-server.yaml\` without the boot test.
Layers are stored while later ones are built. Bytes are those of the stored layer, and of the image file. Times are those at which the
log arrived, which it does about once a second.`);
  table('Nothing cached', await measured(example));
  table('One small taskserv more', await measured(withOneMore()));
  const again = performance.now();
  await json('build', example, '--no-boot-test');
  const seconds = (performance.now() - again) / 1_000;
  console.log(`\n## The same definition again: ${seconds.toFixed(1)} s\n
Nothing is built and no mirror is asked: the version of the same definition, taskservs and base answers, however old it is; \`--no-cache\`
or \`--bump\` builds anew. The time goes to the start of the program.`);
} finally {
  farm?.kill('SIGTERM');
  await closed;
  rmSync(home, { recursive: true, force: true });
}
