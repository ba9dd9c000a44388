import type { BootCheck, CheckResult } from '@gild/contracts';
import type { Clock } from '@gild/ports';
import type { TestAgent } from './test-agent.js';

const ATTEMPT_MS = 30_000;
const PAUSE_MS = 1_000;
const LONGEST_OUTPUT = 4096;

export type CheckRun = {
  checks: readonly BootCheck[];
  agent: TestAgent;
  clock: Clock;
  signal: AbortSignal;
  /** Called as each check is decided. */
  onCheck: (result: CheckResult) => void;
};

const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

const attempt = async (check: BootCheck, run: CheckRun, limitMs: number) => {
  const answer = await run.agent.run(check.argv, Math.min(ATTEMPT_MS, limitMs));
  if (answer === undefined) return { passed: false, output: 'the test agent did not answer' };
  const out = text(answer.out);
  const passed = answer.exit === 0 && (check.expect === undefined || out.includes(check.expect));
  const output = (out + text(answer.err)).trim().slice(0, LONGEST_OUTPUT);
  return { passed, output: output || `exit code ${answer.exit}` };
};

/**
 * Runs every check, one at a time, again and again until it passes or its time is over. A check that waits does not hold up the
 * others: they take turns. Results are in the order of the checks.
 */
export const runChecks = async (run: CheckRun): Promise<readonly CheckResult[]> => {
  const start = run.clock.monotonicMs();
  const results = new Map<BootCheck, CheckResult>();
  let open = run.checks;
  for (let attempts = 1; open.length > 0; attempts += 1) {
    for (const check of open) {
      run.signal.throwIfAborted();
      const left = check.withinMs - (run.clock.monotonicMs() - start);
      const { passed, output } = await attempt(check, run, Math.max(left, 1_000));
      const ms = Math.round(run.clock.monotonicMs() - start);
      if (!passed && ms < check.withinMs) continue;
      const result = { name: check.name, passed, attempts, output, ms };
      results.set(check, result);
      run.onCheck(result);
    }
    open = open.filter((check) => !results.has(check));
    if (open.length > 0) await run.clock.delay(PAUSE_MS, run.signal);
  }
  return run.checks.map((check) => results.get(check)).filter((result) => result !== undefined);
};
