import { bootChecks, neededLevel, plannedBoots, testedFirmwares } from '@gild/builder-domain';
import { EMULATED_TIMES, type BootTestResult, type Firmware } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Attempt } from '../attempt.js';
import { linePrefix } from '../log/line-prefix.js';
import { finishedDisk } from './finished-disk.js';
import { storeLayers } from './store-layers.js';

/**
 * Boots the disk with every firmware of the plan, as many at the same time as the host has room for; says why it leaves one
 * out. Meanwhile the layers are stored. Fault: BOOT_TEST_FAILED, with the reasons.
 */
export const runBootTestStep = async (attempt: Attempt): Promise<void> => {
  void storeLayers(attempt);
  for (const { firmware, untested } of plannedBoots(attempt.inputs))
    if (untested !== undefined) await attempt.log.line(`${firmware}: not tested, ${untested}`);
  // The slowest come last in the table, and first here: when they are done is when all are.
  const results = await allOrNone(attempt.work.signal, (signal) =>
    testedFirmwares(attempt.inputs)
      .toReversed()
      .map((firmware) => bootOnce(firmware, attempt, signal)),
  );
  const failures = results.filter(({ passed }) => !passed);
  if (failures.length === 0) return;
  const reasons = failures.map(({ firmware, failure }) => `${firmware}: ${sentence(failure)}`);
  throw new Fault('BOOT_TEST_FAILED', `the image did not pass its boot test: ${reasons.join('; ')}`);
};

/** The whole reason, with the console's last lines, is in the record of the boot and in the log. */
const sentence = (failure = 'a check failed'): string =>
  failure.split('\n', 1)[0]?.replace(/\.[^.]*:$/, '') ?? failure;

/** When one rejects the others are ended, and nothing runs any more when this does. */
const allOrNone = async <T>(
  outer: AbortSignal,
  start: (signal: AbortSignal) => readonly Promise<T>[],
): Promise<readonly T[]> => {
  const stop = new AbortController();
  const running = start(AbortSignal.any([outer, stop.signal]));
  const first = Promise.all(running);
  first.catch((error: unknown) => stop.abort(error));
  await Promise.allSettled(running);
  return first;
};

const bootOnce = async (
  firmware: Firmware,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<BootTestResult> => {
  const { deps, inputs, limits, work, assignment, log } = attempt;
  const console = linePrefix(firmware, log.write);
  const workDir = await deps.folders.sub(work.workDir, `boot-${firmware}`);
  const result = await deps.hypervisor.bootTest({
    diskPath: finishedDisk(attempt).path,
    diskFormat: inputs.definition.disk_format,
    arch: inputs.arch,
    firmware,
    x86Level: neededLevel(inputs),
    memoryMiB: limits.bootMemoryMiB,
    checks: bootChecks(inputs),
    deadlineMs: limits.bootMs,
    emulatedTimes: EMULATED_TIMES,
    onConsole: console.write,
    // What the store refuses here it refuses in the next write as well, which says so.
    onCheck: ({ passed, name }) =>
      void log.line(`${firmware}: ${passed ? 'ok' : 'FAILED'} ${name}`).catch(() => undefined),
    workDir,
    signal,
  });
  await console.end();
  attempt.report({
    type: 'BootTested',
    data: { attempt: assignment.attempt, ...result, checks: [...result.checks] },
  });
  return result;
};
