import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Fault, type Sandbox, type SandboxRun } from '@gild/ports';
import { type Caps, exceeded } from './caps.js';
import { diskExcess, type TreeSize } from './disk-watch.js';
import { currentIdRange } from './id-range.js';
import { type Endings, gracefulEnd, runEndings } from './run-endings.js';
import { measureFields, removeFields, runFields, type Surroundings, workFolder } from './sandbox-fields.js';
import { type RunEnd, type SandboxProcess, startSandbox } from './sandbox-process.js';

/** Kills the process when nothing was printed for the limit; time spent in a slow reader does not count. */
const silenceGuard = (process: SandboxProcess, limitMs: number | undefined) => {
  let timer: NodeJS.Timeout | undefined;
  let hasFired = false;
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    if (limitMs === undefined) return;
    timer = setTimeout(() => {
      hasFired = true;
      process.kill();
    }, limitMs);
  };
  return { stop, restart, hasFired: () => hasFired };
};

/** Feeds standard input. A program that stops reading early is no error; a source that fails is. */
const feed = async (process: SandboxProcess, stdin: SandboxRun['stdin']): Promise<void> => {
  if (stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array) {
    process.stdin.end(stdin ?? '');
    return;
  }
  const hasEnded = () => process.stdin.destroyed || process.stdin.errored !== null;
  for await (const chunk of stdin) {
    if (hasEnded()) return;
    if (!process.stdin.write(chunk))
      await Promise.race([once(process.stdin, 'drain'), process.ended]).catch(() => undefined);
  }
  process.stdin.end();
};

const measure = async (paths: readonly string[], signal: AbortSignal): Promise<TreeSize> => {
  const process = startSandbox(measureFields(paths, await currentIdRange()));
  process.stdin.end();
  if (signal.aborted) process.kill();
  signal.addEventListener('abort', process.kill, { once: true });
  const [output] = await Promise.all([text(process.output), process.ended]).finally(() =>
    signal.removeEventListener('abort', process.kill),
  );
  const [bytes = 0, files = 0] = [...output.matchAll(/^(\d+)\ttotal$/gm)].map(([, total]) => Number(total));
  return { bytes, files };
};

/** Ends the run when it fills more of the disk than it may. */
const diskGuard = (process: SandboxProcess, { upper }: SandboxRun, { caps, work }: Surroundings) => {
  const stop = new AbortController();
  const giveUp = new AbortController();
  const isWatched = caps !== undefined && upper !== undefined && work !== undefined;
  const watched = isWatched
    ? diskExcess({
        ...{ parent: dirname(resolve(upper)), caps, signal: stop.signal },
        measure: () => measure([upper, work], giveUp.signal),
      }).then((excess) => {
        if (excess !== undefined) process.kill();
        return excess;
      })
    : Promise.resolve(undefined);
  watched.catch(process.kill);
  return {
    watched,
    /** Looks no more; what is being measured still counts. */
    stop: () => stop.abort(),
    /** Ends the measuring, too, and waits until it is gone. */
    giveUp: async () => {
      stop.abort();
      giveUp.abort();
      await watched.catch(() => undefined);
    },
  };
};

type Sandboxed = { options: SandboxOptions; endings: Endings };

/** The folders a run may write to. */
const writtenBy = ({ upper, binds = [] }: SandboxRun): string[] =>
  [upper ?? [], binds.filter(({ readOnly }) => readOnly !== true).map(({ source }) => source)]
    .flat()
    .map((path) => resolve(path));

/** Passes on what the programs print, and feeds them, until all of the run is gone; answers how it ended. */
const attend = async (process: SandboxProcess, spec: SandboxRun): Promise<RunEnd & { isSilent: boolean }> => {
  const silence = silenceGuard(process, spec.idleLimitMs);
  const fed = feed(process, spec.stdin);
  fed.catch(process.kill);
  try {
    silence.restart();
    for await (const chunk of process.output as AsyncIterable<Buffer>) {
      silence.stop();
      await spec.onOutput?.(chunk);
      silence.restart();
    }
    const [end] = await Promise.all([process.ended, fed]);
    return { ...end, isSilent: silence.hasFired() };
  } finally {
    silence.stop();
  }
};

const run = async (spec: SandboxRun, { options, endings }: Sandboxed): Promise<{ exitCode: number }> => {
  spec.signal?.throwIfAborted();
  const work = spec.upper === undefined ? undefined : workFolder(spec.upper);
  const surroundings = { range: await currentIdRange(), caps: options.caps, work };
  const folders = writtenBy(spec);
  const process = startSandbox(runFields(spec, surroundings), folders);
  const calledOff = gracefulEnd(process, spec.signal, options.graceMs);
  const disk = diskGuard(process, spec, surroundings);
  process.ended.catch(() => undefined);
  try {
    const { exitCode, excess, isSilent } = await attend(process, spec);
    spec.signal?.throwIfAborted();
    disk.stop();
    const tooMuch = excess ?? (await disk.watched);
    if (tooMuch !== undefined && options.caps !== undefined)
      throw exceeded(tooMuch.cap, tooMuch.found, options.caps);
    if (isSilent) throw silent(spec);
    return { exitCode };
  } finally {
    process.kill();
    await Promise.all([process.ended.catch(() => undefined), disk.giveUp()]);
    endings.note(folders, calledOff.end());
  }
};

const silent = (spec: SandboxRun): Fault =>
  new Fault(
    'BUILD_SILENT',
    `${spec.argv[0]} printed nothing for ${(spec.idleLimitMs ?? 0) / 1000} s and was ended. ` +
      'If the step needs longer, have it print its progress.',
  );

const remove = async (path: string): Promise<void> => {
  const process = startSandbox(removeFields(path, await currentIdRange()));
  process.stdin.end();
  process.output.resume();
  await process.ended;
  const left = await lstat(path).catch(() => undefined);
  if (left)
    throw new Fault(
      'REMOVE_FAILED',
      `${path} could not be removed; files in it belong to ids outside the range.`,
    );
};

export type SandboxOptions = {
  /** What the programs of every run may take; absent: as much as there is. */
  caps?: Caps;
  /** How long a program that is asked to end may take over it. */
  graceMs?: number;
};

/**
 * A sandbox made of Linux namespaces: no root needed, but perl, and for other users than root newuidmap, newgidmap
 * and a range in /etc/subuid and /etc/subgid. The parent of `upper` is on the same mount as `upper` itself.
 */
export const linuxSandbox = (options: SandboxOptions = {}): Sandbox => {
  const endings = runEndings();
  return {
    run: (spec) => run(spec, { options, endings }),
    endOf: endings.of,
    remove: async (path) => {
      await remove(path);
      endings.forget(path);
    },
  };
};
