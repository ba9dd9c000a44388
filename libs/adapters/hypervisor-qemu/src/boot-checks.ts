import type { BootCheck, CheckResult } from '@gild/contracts';
import type { Clock } from '@gild/ports';
import type { TestAgent } from './test-agent.js';

const ATTEMPT_MS = 30_000;
const PAUSE_MS = 1_000;
const SHORTEST_ATTEMPT_MS = 1_000;
const LONGEST_OUTPUT = 4096;

export type CheckRun = {
  checks: readonly BootCheck[];
  agent: TestAgent;
  clock: Clock;
  signal: AbortSignal;
  /** How many times as long one try may take as on a machine that is not emulated. */
  times: number;
  /** Called as each check is decided. */
  onCheck: (result: CheckResult) => void;
};

const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

const attempt = async (check: BootCheck, run: CheckRun, limitMs: number) => {
  const answer = await run.agent.run(check.argv, limitMs);
  if (answer === undefined) return { passed: false, output: 'the test agent did not answer' };
  const out = text(answer.out);
  const passed = answer.exit === 0 && (check.expect === undefined || out.includes(check.expect));
  const output = (out + text(answer.err)).trim().slice(0, LONGEST_OUTPUT);
  return { passed, output: output || `exit code ${answer.exit}` };
};

/** How long the next run of a check may take. */
const attemptLimitMs = (check: BootCheck, times: number, spentMs: number): number =>
  check.once === true
    ? check.withinMs
    : Math.min(ATTEMPT_MS * times, Math.max(check.withinMs - spentMs, SHORTEST_ATTEMPT_MS * times));

/** Checks to run in this round: all that are open, up to the first that runs once and has to wait for those before it. */
const inThisRound = (open: readonly BootCheck[]): readonly BootCheck[] => {
  const waiting = open.findIndex(({ once }, index) => once === true && index > 0);
  return waiting === -1 ? open : open.filter(({ once }, index) => index < waiting || once !== true);
};

/**
 * Runs every check, one at a time, again and again until it passes or its time is over. A check that waits does not hold up the
 * others: they take turns. One that runs once waits until those before it are decided. Results are in the order of the checks.
 */
export const runChecks = async (run: CheckRun): Promise<readonly CheckResult[]> => {
  const start = run.clock.monotonicMs();
  const spentMs = () => run.clock.monotonicMs() - start;
  const results = new Map<BootCheck, CheckResult>();
  let open = run.checks;
  for (let round = 1; open.length > 0; round += 1) {
    for (const check of inThisRound(open)) {
      run.signal.throwIfAborted();
      const { passed, output } = await attempt(check, run, attemptLimitMs(check, run.times, spentMs()));
      const ms = Math.round(spentMs());
      if (!passed && check.once !== true && ms < check.withinMs) continue;
      const result = { name: check.name, passed, attempts: check.once === true ? 1 : round, output, ms };
      results.set(check, result);
      run.onCheck(result);
    }
    open = open.filter((check) => !results.has(check));
    if (open.length > 0) await run.clock.delay(PAUSE_MS, run.signal);
  }
  return run.checks.map((check) => results.get(check)).filter((result) => result !== undefined);
};
