import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtraRepository, Target } from '@gild/contracts';
import {
  mirrorSilence,
  outputTail,
  proxyEnvironment,
  readableFile,
  readableFolder,
  say,
  sayingWhenStalled,
  showKeys,
  wholeOutput,
} from '@gild/layer-steps';
import type { SandboxRun } from '@gild/ports';
import { hostReach, privateSettings } from './apt-settings.js';
import { readingFailure } from './failures.js';
import { isWaiting, makeIndexLock, reading, REPLACING, underLock } from './index-lock.js';
import { indexState, onIndexes } from './index-state.js';
import { type PackageSource, sourcesOf } from './package-sources.js';
import { archOf } from './releases.js';
import type { Work } from './toolchain-options.js';
import type { Pinned } from './untrusted.js';

export const INDEX_AGE_MS = 5 * 60_000;

/** A private apt: its settings in the build's folder, its indexes and archives in the cache. */
export type AptWorkspace = {
  target: Target;
  settings: string;
  /** Indexes of exactly these repositories. */
  indexes: string;
  archives: string;
  /** Runs a tool of the host with the private settings. Its output is returned, and logged when `isLogged`. */
  run(argv: readonly string[], how?: RunOptions): Promise<Ran>;
  /**
   * Runs a tool that reads the indexes, while nobody replaces them. Not for downloads, which would keep others from that for as
   * long as they take.
   */
  read(argv: readonly string[], how?: RunOptions): Promise<Ran>;
  /** Removes a folder the tools wrote into. */
  discard(folder: string): Promise<void>;
  /** Fetches indexes older than the limit. */
  refresh(limitMs: number): Promise<void>;
  /** Names the state of the repositories: equal as long as they publish nothing new. */
  state(): Promise<string>;
  /** Does what reads the indexes; once more if it failed while they were replaced. */
  onIndexes<T>(work: () => Promise<T>): Promise<T>;
};

type RunOptions = { network?: boolean; isLogged?: boolean; status?: string; download?: string };
type Ran = { exitCode: number; output: string };

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const writeSettings = async (folder: string, target: Target, sources: readonly PackageSource[]) => {
  await readableFolder(folder);
  await readableFolder(join(folder, 'sources'));
  await readableFolder(join(folder, 'keys'));
  await readableFile(join(folder, 'apt.conf'), privateSettings(target, await hostReach()));
  await readableFile(join(folder, 'status'), '');
  for (const { name, text, keys } of sources) {
    await readableFile(join(folder, 'sources', `${name}.sources`), text);
    for (const [file, key] of Object.entries(keys))
      await readableFile(join(folder, 'keys', `${file}.asc`), key);
  }
};

type Folders = { settings: string; indexes: string; archives: string };

/** With `areWritten` the indexes may be replaced. */
const runner = ({ options, context }: Work, folders: Folders, areWritten = false) => {
  const readOnly = !areWritten;
  const run: AptWorkspace['run'] = async (argv, how = {}) => {
    const output = how.isLogged ? outputTail(context.log) : wholeOutput(argv[0] ?? '');
    const binds: NonNullable<SandboxRun['binds']> = [
      { source: folders.settings, target: '/run/apt/settings', readOnly: true },
      ...(how.status ? [{ source: how.status, target: '/run/apt/status', readOnly: true }] : []),
      { source: join(folders.indexes, 'lists'), target: '/run/apt/lists', readOnly },
      { source: join(folders.indexes, 'index'), target: '/run/apt/index', readOnly },
      { source: folders.archives, target: '/run/apt/archives' },
      ...(how.download ? [{ source: how.download, target: '/run/apt/download' }] : []),
    ];
    const { idleLimitMs, signal } = context;
    const onOutput = async (chunk: Uint8Array): Promise<void> => {
      await output.add(chunk);
      if (!how.isLogged && isWaiting(chunk)) await context.log(chunk);
    };
    const start = (network: boolean) => () =>
      options.sandbox.run({
        argv,
        lower: [],
        root: 'host',
        binds,
        env: { APT_CONFIG: '/run/apt/settings/apt.conf', ...proxyEnvironment(process.env) },
        network,
        onOutput,
        idleLimitMs: network ? mirrorSilence(idleLimitMs) : idleLimitMs,
        signal,
      });
    const { exitCode } = await (how.network ? sayingWhenStalled(start(true)) : start(false)());
    return { exitCode, output: output.text() };
  };
  return run;
};

const again =
  ({ context }: Work) =>
  async (): Promise<void> => {
    context.signal.throwIfAborted();
    await say(context, 'Another build fetched the package indexes anew meanwhile: once more');
  };

type Fetching = { update: AptWorkspace['run']; run: AptWorkspace['run']; pinned: readonly Pinned[] };

const READING = 'Reading the package indexes';

const shower = (run: AptWorkspace['run']) => async (keyring: string) => (await run(showKeys(keyring))).output;

const refresher =
  ({ options, context }: Work, indexes: string, { update, run, pinned }: Fetching) =>
  async (limitMs: number) => {
    const stamp = join(indexes, 'refreshed');
    const now = Date.parse(options.clock.now());
    const age = now - Date.parse(await readFile(stamp, 'utf8').catch(() => ''));
    if (age >= 0 && age < limitMs) return;
    await say(context, READING);
    const how = { network: true, isLogged: true };
    const { exitCode, output } = underLock(await update(REPLACING, how));
    if (exitCode !== 0) throw await readingFailure(READING, output, { pinned, show: shower(run) });
    await writeFile(stamp, new Date(now).toISOString());
  };

export const aptWorkspace = async (
  work: Work,
  wanted: { target: Target; repositories: readonly ExtraRepository[] },
): Promise<AptWorkspace> => {
  const { options, context } = work;
  const sources = await sourcesOf(options.mirrors, wanted.target, wanted.repositories);
  const read = sources.map(({ name, text, keys }) => ({ name, text, keys }));
  const id = sha256(JSON.stringify([archOf(wanted.target).packageArch, read])).slice(0, 16);
  const home = join(context.cacheDir, wanted.target.distribution);
  const folders = {
    settings: join(context.workDir, `apt-${id}`),
    indexes: join(home, 'indexes', id),
    archives: join(home, 'archives'),
  };
  await readableFolder(join(folders.indexes, 'lists'));
  await readableFolder(join(folders.indexes, 'index'));
  await readableFolder(folders.archives);
  await writeSettings(folders.settings, wanted.target, sources);
  await makeIndexLock(join(folders.indexes, 'index'));
  const run = runner(work, folders);
  const state = () => indexState(join(folders.indexes, 'lists'));
  const fetching = {
    update: runner(work, folders, true),
    run,
    pinned: sources.flatMap(({ pinned }) => pinned),
  };
  return {
    target: wanted.target,
    ...folders,
    run,
    read: async (argv, how) => underLock(await run(reading(argv), how)),
    discard: (folder) => options.sandbox.remove(folder),
    refresh: refresher(work, folders.indexes, fetching),
    state,
    onIndexes: (reading) => onIndexes({ state, again: again(work) }, reading),
  };
};
