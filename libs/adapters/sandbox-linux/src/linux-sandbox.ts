import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { Fault, type Sandbox, type SandboxRun } from '@gild/ports';
import { currentIdRange } from './id-range.js';
import { removeFields, runFields } from './sandbox-fields.js';
import { startSandbox, type SandboxProcess } from './sandbox-process.js';

const GRACE_MS = 5_000;

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

const onAbort = (process: SandboxProcess, signal: AbortSignal | undefined) => {
  let grace: NodeJS.Timeout | undefined;
  const end = () => {
    process.terminate();
    grace = setTimeout(process.kill, GRACE_MS);
  };
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    clearTimeout(grace);
    signal?.removeEventListener('abort', end);
  };
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

const run = async (spec: SandboxRun): Promise<{ exitCode: number }> => {
  spec.signal?.throwIfAborted();
  const process = startSandbox(runFields(spec, await currentIdRange()));
  const silence = silenceGuard(process, spec.idleLimitMs);
  const forget = onAbort(process, spec.signal);
  process.ended.catch(() => undefined);
  const fed = feed(process, spec.stdin);
  fed.catch(process.kill);
  try {
    silence.restart();
    for await (const chunk of process.output as AsyncIterable<Buffer>) {
      silence.stop();
      await spec.onOutput?.(chunk);
      silence.restart();
    }
    const [exitCode] = await Promise.all([process.ended, fed]);
    spec.signal?.throwIfAborted();
    if (silence.hasFired()) throw silent(spec);
    return { exitCode };
  } finally {
    silence.stop();
    process.kill();
    await process.ended.catch(() => undefined);
    forget();
  }
};

const silent = (spec: SandboxRun): Fault =>
  new Fault(
    'SANDBOX_SILENT',
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

/**
 * A sandbox made of Linux namespaces: no root needed, but perl, and for other users than root newuidmap, newgidmap
 * and a range in /etc/subuid and /etc/subgid. The parent of `upper` is on the same mount as `upper` itself.
 */
export const linuxSandbox = (): Sandbox => ({ run, remove });
