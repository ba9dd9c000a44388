import { randomBytes } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { Fault, type SandboxRun } from '@gild/ports';
import { foreignArch, registration } from './foreign-arch.js';
import type { Caps } from './caps.js';
import type { IdRange } from './id-range.js';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where a run with `root: 'host'` finds the merged tree. */
const HOST_VIEW = '/run/gild/root';

const environment = (run: SandboxRun): Record<string, string> => ({
  PATH,
  LC_ALL: 'C.UTF-8',
  ...(run.root === 'host' ? { HOME: '/', GILD_ROOT: HOST_VIEW } : { HOME: '/root' }),
  ...run.env,
});

/** Where a run keeps what is its own, beside the tree that it fills. */
export const workFolder = (upper: string): string =>
  join(dirname(resolve(upper)), `.${basename(resolve(upper))}.work-${randomBytes(6).toString('hex')}`);

const upperFields = (upper: string, work: string): string[] => {
  const path = resolve(upper);
  return [`upper_parent=${dirname(path)}`, `upper=${basename(path)}`, `work=${basename(work)}`];
};

/** For programs of another architecture: that they are, and what runs them when this host has it. */
const emulation = (run: SandboxRun): string[] => {
  const arch = foreignArch(run);
  if (arch === undefined) return [];
  const emulator = registration(arch);
  return [`arch=${arch}`, ...(emulator === undefined ? [] : [`emulator=${emulator}`])];
};

const ids = (range: IdRange): string[] => [
  `uid=${range.uid.first}:${range.uid.count}`,
  `gid=${range.gid.first}:${range.gid.count}`,
];

/** Fields as the sandbox program reads them; a NUL inside one would end it early and is refused. */
const encode = (fields: readonly string[]): Buffer => {
  const bad = fields.find((field) => field.includes('\0'));
  if (bad) throw new Fault('SANDBOX_REFUSED', `No argument may contain a NUL byte: ${JSON.stringify(bad)}`);
  return Buffer.from(`${fields.join('\0')}\0\0`);
};

export type Surroundings = { range: IdRange; caps?: Caps | undefined; work: string | undefined };

export const runFields = (run: SandboxRun, { range, caps, work }: Surroundings): Buffer =>
  encode([
    ...ids(range),
    `root=${run.root}`,
    `network=${run.network ? 1 : 0}`,
    ...emulation(run),
    ...run.lower.map((path) => `lower=${resolve(path)}`),
    ...(run.upper === undefined || work === undefined ? [] : upperFields(run.upper, work)),
    ...(caps === undefined ? [] : [`caps=${caps.processes}:${caps.memoryBytes}`]),
    // A resolved path never contains `//`, so it separates without escaping.
    ...(run.binds ?? []).map(
      (bind) => `bind=${bind.readOnly ? 'ro' : 'rw'}//${resolve(bind.source)}//${resolve(bind.target)}`,
    ),
    ...Object.entries(environment(run)).map(([key, value]) => `env=${key}=${value}`),
    ...run.argv.map((argument) => `argv=${argument}`),
  ]);

export const removeFields = (path: string, range: IdRange): Buffer =>
  encode([...ids(range), `remove=${resolve(path)}`]);

export const measureFields = (paths: readonly string[], range: IdRange): Buffer =>
  encode([...ids(range), ...paths.map((path) => `measure=${resolve(path)}`)]);
