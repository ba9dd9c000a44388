import type { BootCheck, CheckResult } from '@gild/contracts';
import type { BootTestSpec, Clock } from '@gild/ports';
import { runChecks } from './boot-checks.js';
import { firmwareChecks } from './firmware-checks.js';
import type { BootTimeline } from './boot-timeline.js';
import type { Accelerator } from './machine-models.js';
import { timesOf } from './patience.js';
import type { TestAgent } from './test-agent.js';

const names = (results: readonly CheckResult[]): string =>
  results.map(({ name, output }) => `${name} (${output.split('\n')[0] ?? ''})`).join(', ');

const FAILED_UNITS = ['systemctl', '--failed', '--plain', '--no-legend', '--no-pager'];

/** The sentence about units that failed, or undefined. A guest without systemctl has none. */
const failedUnits = async (agent: TestAgent, times: number): Promise<string | undefined> => {
  const answer = await agent.run(FAILED_UNITS, 30_000 * times);
  if (answer === undefined) return 'The test agent did not say which units failed.';
  const lines = Buffer.from(answer.out, 'base64').toString('utf8').split('\n');
  const units = lines.map((line) => line.split(' ')[0]).filter((unit) => unit !== undefined && unit !== '');
  return units.length === 0 ? undefined : `Failed units: ${units.join(', ')}.`;
};

const failedChecks = (results: readonly CheckResult[]): string | undefined => {
  const failed = results.filter(({ passed }) => !passed);
  return failed.length === 0
    ? undefined
    : `${failed.length} of ${results.length} checks failed: ${names(failed)}.`;
};

/** Everything that is checked in a machine, in the order of the results. */
export const checksOf = (
  { firmware, checks }: Pick<BootTestSpec, 'firmware' | 'checks'>,
  accelerator: Accelerator,
): readonly BootCheck[] => [...firmwareChecks(firmware, timesOf(accelerator)), ...checks];

/**
 * What a good image does: its agent speaks, systemd has started what it wants to start, every check passes, and no unit has
 * failed by then. The result is the sentence of the failure, or undefined. Checks begin when systemd is done, because asking an
 * emulated machine earlier only slows it down; a start that never ends holds them back for half of the time left.
 */
export const guestStory = async (guest: {
  spec: BootTestSpec;
  /** Emulated by `tcg`, the machine may take its time for each thing it is asked. */
  accelerator: Accelerator;
  agent: TestAgent;
  timeline: BootTimeline;
  onHello: () => void;
  clock: Clock;
  signal: AbortSignal;
}): Promise<string | undefined> => {
  const { spec, agent, timeline, clock, signal } = guest;
  const times = timesOf(guest.accelerator);
  timeline.hello(await agent.hello);
  guest.onHello();
  await agent.run(
    ['systemctl', 'is-system-running', '--wait'],
    (spec.deadlineMs - timeline.sinceStart()) / 2,
  );
  const onCheck = (result: CheckResult) => {
    timeline.check(result);
    spec.onCheck?.(result);
  };
  const checks = checksOf(spec, guest.accelerator);
  const results = await runChecks({ checks, agent, clock, signal, times, onCheck });
  const failure = failedChecks(results);
  if (failure === undefined) timeline.green();
  const sentences = [failure, await failedUnits(agent, times)].filter((text) => text !== undefined);
  return sentences.length === 0 ? undefined : sentences.join(' ');
};
