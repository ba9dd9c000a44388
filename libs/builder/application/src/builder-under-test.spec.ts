import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Assignment,
  type BuildInputs,
  type GoldenImageConfigInput,
  objectKeys,
  resolveDefinition,
  TaskservInstallation,
} from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { fakeBuilder, fakeClock, memoryObjectStore, storingArchives } from '@gild/testing';
import type { Fact } from './attempt.js';
import type { BuilderDeps } from './builder-deps.js';
import { executeBuild } from './execute-build.js';

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gild-build-'));
  writeFileSync(join(dir, 'image.qcow2'), 'disk');
});
afterAll(() => rmSync(dir, { recursive: true }));

export const taskserv = (name: string): BuildInputs['taskservs'][number] => ({
  name,
  versionPackage: name,
  installation: TaskservInstallation.parse({
    packages: [name],
    repositories: [{ name, uri: `https://${name}.example/`, suite: 'stable', components: [], key: 'key' }],
  }),
  checks: [{ name: 'unit', unit: `${name}.service`, within_seconds: 5 }],
});

/** An agent's builder on fakes that pass the contract suites, its objects in memory, at a clock that stands still. `arch`: of its images. */
export const farm = (arch: BuildInputs['arch'] = 'x86_64') => {
  const clock = fakeClock();
  const stored = new Map<string, Uint8Array>();
  const objects = storingArchives(memoryObjectStore(stored));
  const fake = fakeBuilder(join(dir, 'image.qcow2'), 'disk');
  const deps: BuilderDeps = {
    ...fake,
    agentId: 'oak',
    clock,
    objects,
    objectsOf: () => deps.objects,
    sha256,
    guest: { recipe: () => ({ files: [], enable: [], disable: [] }) },
    cacheDir: '/cache',
    limits: { idleMs: 1, logBytes: 1_000_000, diskBytes: 1, bootMs: 1, bootMemoryMiB: 1 },
    hostArch: 'x86_64',
  };
  const store = async (
    taskservs: readonly string[],
    definition: Partial<GoldenImageConfigInput> = {},
    base?: BuildInputs['base'],
  ) => {
    const inputs: BuildInputs = {
      engine: 1,
      arch,
      definition: resolveDefinition({ name: 'web', base_os: 'debian', auto_updates: false, ...definition }),
      taskservs: taskservs.map(taskserv),
      ...(base && { base }),
    };
    const text = canonicalJson(inputs);
    await objects.put(objectKeys.inputs(sha256(text)), new TextEncoder().encode(text));
    return sha256(text);
  };
  const running = (inputDigest: string, options: Partial<Assignment> = {}) => {
    const facts: Fact[] = [];
    const stop = new AbortController();
    const assignment: Assignment = {
      ...{ jobId: 'job', attempt: 1, imageName: 'web', imageVersion: '1.0.0', inputDigest },
      ...{ useCache: true, bootTest: true, timeoutMs: 60_000 },
      ...options,
    };
    const done = executeBuild(assignment, deps, { report: (fact) => facts.push(fact), signal: stop.signal });
    return { facts, stop, done };
  };
  const build = async (inputDigest: string, options: Partial<Assignment> = {}) => {
    const { facts, done } = running(inputDigest, options);
    await done;
    return facts;
  };
  /** What the registry makes of a finished build for one that starts from it. */
  const baseOf = (facts: readonly Fact[], taskservs: readonly string[]): NonNullable<BuildInputs['base']> => {
    const last = facts.at(-1);
    const artifact = last?.type === 'ArtifactReported' ? last.data.artifact : undefined;
    const { layers, packageState, object } = artifact ?? {};
    if (layers === undefined || packageState === undefined || object === undefined)
      throw new Error('the base was not built');
    return {
      ...{ imageName: 'base', version: '1.0.0', checksum: object.sha256, layers, packageState },
      taskservs: taskservs.map(taskserv),
    };
  };
  const log = async (jobId = 'job') => {
    let text = '';
    for await (const key of objects.list(`logs/${jobId}/`))
      for await (const piece of objects.readRange(key, 0, 1_000_000)) text += Buffer.from(piece).toString();
    return text;
  };
  return { fake, deps, clock, objects, stored, store, running, build, baseOf, log };
};

export const typesOf = (facts: readonly Fact[]) => facts.map(({ type }) => type);
export const cacheOf = (facts: readonly Fact[]) =>
  Object.fromEntries(
    facts.flatMap((fact) =>
      fact.type === 'StepFinished' && fact.data.cache !== 'none'
        ? [[fact.data.step, fact.data.missReason ?? fact.data.cache]]
        : [],
    ),
  );
export const failureIn = (facts: readonly Fact[]) => {
  const last = facts.at(-1);
  return last?.type === 'AttemptEnded' ? last.data.failure : undefined;
};
