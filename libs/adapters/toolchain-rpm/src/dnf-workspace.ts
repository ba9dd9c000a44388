import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtraRepository, ResolvedPackage, Target } from '@gild/contracts';
import {
  mirrorSilence,
  outputTail,
  proxyEnvironment,
  readableFile,
  readableFolder,
  say,
  sayingWhenStalled,
} from '@gild/layer-steps';
import { openPlainFile } from '@gild/node-runtime';
import { type Bind, Fault, type SandboxRun } from '@gild/ports';
import { readAnswer } from './answers.js';
import { askingFailure } from './problems.js';
import { archOf, releaseOf } from './releases.js';
import { PROGRAM_FOLDER } from './repository-program.js';
import { type Signer, signersOf } from './signers.js';
import { extraSource, ownSources } from './sources.js';
import type { Work } from './toolchain-options.js';

export const INDEX_AGE_MS = 5 * 60_000;

/** What `repositories.py` is asked, besides where. */
export type Question = { action: 'refresh' | 'resolve' | 'download' | 'origins' | 'closure' } & Record<
  string,
  unknown
>;

/** A dnf of this toolchain's own: nothing of the host's settings is read, its indexes and packages are in the cache. */
export type DnfWorkspace = {
  target: Target;
  archives: string;
  /** A package is good that one of them has signed. */
  signers: readonly Signer[];
  /** What a question has for an answer. Without `network` it is answered from the indexes as they are. */
  ask<Answer>(
    what: string,
    question: Question,
    how?: { network?: boolean; binds?: readonly Bind[] },
  ): Promise<Answer>;
  /** Fetches indexes older than the limit. */
  refresh(limitMs: number): Promise<void>;
  /** Ids of the repositories whose indexes, as they are, have the package; none where that cannot be told. */
  originsOf(wanted: ResolvedPackage): Promise<readonly string[]>;
  /** Names the state of the repositories: equal as long as they publish nothing new. */
  state(): Promise<string>;
};

const PROGRAM = '/run/rpm/program/repositories.py';
const ARGV = ['python3', '-I', PROGRAM, '/run/rpm/call/request', '/run/rpm/call/answer'];

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of all packages of a distribution it is a tenth. */
const MOST_BYTES = 256 * 2 ** 20;

/** What a program left in a folder that it may write to. Only a file is read: it may have been taken over by a mirror. */
const fileIn = async (folder: string, name: string): Promise<string | undefined> => {
  const file = await openPlainFile(folder, name);
  if (typeof file === 'string') return undefined;
  try {
    return (await file.stat()).size > MOST_BYTES ? undefined : await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

const answerIn = async (call: string, what: string): Promise<unknown> => {
  const text = await fileIn(call, 'answer');
  if (text === undefined)
    throw new Fault('PACKAGE_FAILED', `${what} failed: an answer in a file was expected, and there is none.`);
  return readAnswer(what, text);
};

const asker = (
  { options, context }: Work,
  { indexes, about }: { indexes: string; about: Record<string, unknown> },
): DnfWorkspace['ask'] => {
  return async <Answer>(
    what: string,
    question: Question,
    { network = false, binds = [] }: { network?: boolean; binds?: readonly Bind[] } = {},
  ) => {
    const call = await readableFolder(await mkdtemp(join(context.workDir, 'call-')));
    await readableFile(join(call, 'request'), JSON.stringify({ fresh: true, ...about, ...question }));
    const output = outputTail(context.log);
    const asking: SandboxRun = {
      argv: ARGV,
      lower: [],
      root: 'host',
      binds: [
        { source: PROGRAM_FOLDER, target: '/run/rpm/program', readOnly: true },
        { source: call, target: '/run/rpm/call' },
        { source: indexes, target: '/run/rpm/indexes' },
        ...binds,
      ],
      env: proxyEnvironment(process.env),
      network,
      onOutput: output.add,
      idleLimitMs: network ? mirrorSilence(context.idleLimitMs) : context.idleLimitMs,
      signal: context.signal,
    };
    const start = () => options.sandbox.run(asking);
    const { exitCode } = await (network ? sayingWhenStalled(start) : start());
    if (exitCode !== 0) throw askingFailure(what, output.text());
    return (await answerIn(call, what)) as Answer;
  };
};

/** Written by `repositories.py` whenever it has read the indexes; nothing without any. */
const stateIn = (indexes: string): Promise<string | undefined> => fileIn(indexes, 'state');

/** `stamp` says when the indexes were fetched; it lies beside their folder, where no program of the sandbox gets to. */
type Folders = { indexes: string; stamp: string };

const foldersOf = async (home: string): Promise<Folders> => {
  await readableFolder(home);
  return { indexes: await readableFolder(join(home, 'index')), stamp: join(home, 'refreshed') };
};

const refresher =
  ({ options, context }: Work, { stamp, indexes }: Folders, ask: DnfWorkspace['ask']) =>
  async (limitMs: number) => {
    const now = Date.parse(options.clock.now());
    const age = now - Date.parse(await readFile(stamp, 'utf8').catch(() => ''));
    if (age >= 0 && age < limitMs && (await stateIn(indexes)) !== undefined) return;
    await say(context, 'Reading the package indexes');
    await ask('Reading the package indexes', { action: 'refresh', fresh: false }, { network: true });
    await writeFile(stamp, new Date(now).toISOString());
  };

const originsBy =
  (ask: DnfWorkspace['ask'], signal: AbortSignal): DnfWorkspace['originsOf'] =>
  async (wanted) => {
    const question = { action: 'origins' as const, packages: [wanted] };
    const answer = await ask<{ ids: readonly string[] }>('Looking for a package', question).catch(() => {
      signal.throwIfAborted();
      return { ids: [] };
    });
    return Array.isArray(answer.ids) ? answer.ids : [];
  };

export const dnfWorkspace = async (
  work: Work,
  { target, repositories }: { target: Target; repositories: readonly ExtraRepository[] },
): Promise<DnfWorkspace> => {
  const { options, context } = work;
  const { version, platform } = releaseOf(target);
  const sources = [...ownSources(target, options.mirrors), ...repositories.map(extraSource)];
  const signers = await signersOf(target, options.mirrors, repositories);
  const about = { releasever: version, arch: archOf(target).packageArch, platform, repositories: sources };
  const home = join(context.cacheDir, target.distribution);
  const keys = signers.map(({ key }) => key);
  const name = sha256(JSON.stringify({ about, keys })).slice(0, 16);
  const folders = await foldersOf(join(home, 'indexes', name));
  const { indexes } = folders;
  const ask = asker(work, { indexes, about });
  return {
    target,
    archives: await readableFolder(join(home, 'archives')),
    signers,
    ask,
    originsOf: originsBy(ask, context.signal),
    refresh: refresher(work, folders, ask),
    state: async () => (await stateIn(indexes)) ?? '',
  };
};
