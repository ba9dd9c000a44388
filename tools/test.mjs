// Runs every check from cheap to dear and sums them up. The dear ones wait until the cheap ones pass;
// --all runs them in any case. Names of phases as arguments run only those. Cheap ones that do not depend on each other run
// side by side: most have one thread. The dear ones do not: machines booted in software take many times as long where three
// processes share two cores.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { failedInShort, failedTests } from './failed-tests.mjs';

const cells = process.env.GILD_TEST_CELLS;
if (cells && existsSync(cells) && readdirSync(cells).length > 0) {
  console.error(`GILD_TEST_CELLS: expected an empty folder, found cells of an earlier run in ${cells}`);
  process.exit(2);
}

const bin = resolve('node_modules/.bin');
const reports = mkdtempSync(join(tmpdir(), 'gild-test-'));

const nx = (target) => ['nx', 'run', `gild:${target}`];
const node = (...args) => ['node', ...args];
const report = (kind) => join(reports, `${kind}.json`);
const jest = (kind, ...args) =>
  node(
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...['--selectProjects', kind, '--json', '--outputFile', report(kind), ...args],
  );

// What stands in one list runs side by side, with what `beside` adds. `docs` rewrites what `unit` reads, with what `types`
// compiled, and is alone.
const stages = [
  [
    { name: 'format', command: nx('format') },
    { name: 'types', command: nx('types') },
  ],
  [{ name: 'docs', command: node('tools/check-docs.mjs') }],
  [{ name: 'deploy', command: node('tools/check-deploy.mjs') }],
  [
    { name: 'lint', command: nx('lint') },
    { name: 'unit', command: jest('unit'), beside: ['--testTimeout=20000'] },
  ],
  [{ name: 'int', command: jest('int', '--testTimeout=120000'), dear: true }],
  [{ name: 'e2e', command: jest('e2e', '--testTimeout=900000'), dear: true }],
  [{ name: 'docker', command: node('tools/test-docker.mjs'), onlyWhenNamed: true }],
  [{ name: 'support', command: node('tools/check-support.mjs'), dear: true, after: 'e2e' }],
];

const env = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  GILD_TEST_CELLS: cells ?? join(reports, 'cells'),
  GILD_TEST_CACHE: join(reports, 'cache'),
};

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true));

/** With a prefix what it prints is told apart, line by line, from what runs beside it. */
const run = ([program, ...args], prefix) =>
  new Promise((done) => {
    // The Node that runs this is the one that was found fit; none may lie among the programs of npm.
    const file = program === 'node' ? process.execPath : join(bin, program);
    const output = prefix === undefined ? 'inherit' : 'pipe';
    const child = spawn(file, args, { env, stdio: ['ignore', output, output] });
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (text) => console.log(`${prefix}${text}`));
    child.on('error', (error) => done(String(error)));
    child.on('close', (code, signal) => done(code === 0 ? '' : `ended with ${signal ?? code}`));
  });

// A test file that cannot even start counts as one failure, though none of its tests ran.
const counted = (kind) => {
  try {
    const sums = JSON.parse(readFileSync(report(kind), 'utf8'));
    return {
      told: failedTests(sums),
      inShort: failedInShort(sums),
      passed: sums.numPassedTests,
      failed: sums.numFailedTests + sums.numRuntimeErrorTestSuites,
      skipped: sums.numPendingTests + sums.numTodoTests,
    };
  } catch {
    return { told: '', inShort: [], passed: 0, failed: 0, skipped: 0 };
  }
};

const measure = async ({ name, command, beside = [] }, isAlone) => {
  const start = performance.now();
  const trouble = isAlone ? await run(command) : await run([...command, ...beside], `${name.padEnd(6)} │ `);
  const counts = counted(name);
  // A check without tests of its own that fails is one failure, so that the last line never hides it.
  if (trouble && counts.failed === 0) counts.failed = 1;
  return { name, ...counts, trouble, seconds: (performance.now() - start) / 1000 };
};

const line = ({ name, seconds, passed, failed, skipped, trouble, waits }) => {
  if (waits) return `${name.padEnd(8)}       -  not run: ${waits}`;
  const tests =
    passed + failed + skipped > 1 ? `, ${passed} passed, ${failed} failed, ${skipped} skipped` : '';
  return `${name.padEnd(8)} ${seconds.toFixed(1).padStart(7)}  ${trouble ? 'FAILED' : 'ok'}${tests}`;
};

const summary = (results) => {
  for (const { name, told } of results) if (told) console.log(`\n── failed in ${name}\n${told}`);
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0);
  console.log(`\nphase    seconds  result\n${results.map(line).join('\n')}`);
  if (process.env.GILD_TEST_LACKS)
    console.log(`\nNOT EVERYTHING WAS TESTED: this host lacks ${process.env.GILD_TEST_LACKS}`);
  const inShort = results.flatMap(({ inShort = [] }) => inShort);
  if (inShort.length > 0) console.log(`\n${inShort.join('\n')}`);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped ? `, ${skipped} skipped` : ''}`;
};

const args = process.argv.slice(2);
const all = args.includes('--all');
const names = args.filter((arg) => !arg.startsWith('-'));
const isChosen = ({ name, onlyWhenNamed = false }) =>
  names.length === 0 ? !onlyWhenNamed : names.includes(name);
const unknown = names.filter((name) => !stages.flat().some((phase) => phase.name === name));
if (unknown.length > 0) {
  const known = stages.flat().map(({ name }) => name);
  console.error(`no such phase: ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}

/** Why a phase is not run; empty when it is. */
const hindrance = ({ dear }, results) => {
  if (interrupted) return 'interrupted';
  const isBroken = dear && !all && results.some(({ trouble }) => trouble);
  return isBroken ? 'an earlier check failed (npm test -- --all runs it)' : '';
};

const results = [];
for (const stage of stages) {
  const isDue = ({ after }) => after === undefined || results.some(({ name }) => name === after);
  const due = stage.filter((phase) => isChosen(phase) && isDue(phase));
  if (due.length > 0) console.log(`\n── ${due.map(({ name }) => name).join(', ')}`);
  const running = due.map((phase) => {
    const waits = hindrance(phase, results);
    return waits ? { name: phase.name, waits } : measure(phase, due.length === 1);
  });
  results.push(...(await Promise.all(running)));
}
rmSync(reports, { recursive: true, force: true });
console.log(`\n${summary(results)}`);
process.exitCode = results.length > 0 && results.every(({ trouble, waits }) => !trouble && !waits) ? 0 : 1;
