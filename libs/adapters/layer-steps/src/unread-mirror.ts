import { Fault, faultCode } from '@gild/ports';
import { withoutUserinfo } from './without-userinfo.js';

/** A mirror gave no answer, or not what was asked for; `told` is what the package manager says of it. */
export const unreadMirror = (what: string, told: string, retryable: boolean): Fault =>
  new Fault(
    'MIRROR_UNREACHABLE',
    `${what}: a mirror could not be read.\n${withoutUserinfo(told)}\n` +
      'If this host does not reach it, or it has not what is asked for, name one that does under `mirrors` in agent.yaml; ' +
      "where it is a taskserv's repository, correct its address in the taskserv.",
    { retryable },
  );

/** A package manager that waits for a mirror prints nothing; this long, even when other programs may be silent for longer. */
const LONGEST_MS = 300_000;

/** How long a program that asks mirrors may print nothing. */
export const mirrorSilence = (idleLimitMs: number): number => Math.min(idleLimitMs, LONGEST_MS);

/** Whoever waits for a mirror that sends nothing is silent by no fault of the build's. Fault: MIRROR_UNREACHABLE (retryable). */
export const sayingWhenStalled = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (faultCode(error) !== 'BUILD_SILENT') throw error;
    throw unreadMirror(
      'Fetching packages',
      `It sent nothing of use for too long. ${(error as Fault).message}`,
      true,
    );
  }
};
