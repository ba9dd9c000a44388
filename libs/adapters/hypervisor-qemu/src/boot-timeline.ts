import type { BootTestResult, CheckResult } from '@gild/contracts';
import type { AgentHello } from './agent-line.js';

type Times = Pick<BootTestResult, 'msToKernel' | 'msToUserspace' | 'msToChecksGreen'>;

/** Collects when the points of a boot were reached, in milliseconds from power-on. */
export const bootTimeline = (monotonicMs: () => number) => {
  const start = monotonicMs();
  const times: Times = {};
  const checks: CheckResult[] = [];
  const sinceStart = () => Math.round(monotonicMs() - start);
  return {
    checks: checks as readonly CheckResult[],
    times: times as Readonly<Times>,
    sinceStart,
    check: (result: CheckResult) => void checks.push(result),
    kernel: () => {
      times.msToKernel ??= sinceStart();
    },
    /** The guest's own clock started with the kernel, so it says when the kernel and when its first process started. */
    hello: (line: AgentHello) => {
      const bootClock = sinceStart() - line.uptime * 1000;
      times.msToKernel ??= Math.max(0, Math.round(bootClock));
      const userspace = line.userspaceUs > 0 ? bootClock + line.userspaceUs / 1000 : sinceStart();
      times.msToUserspace = Math.max(times.msToKernel, Math.round(userspace));
    },
    green: () => {
      times.msToChecksGreen = sinceStart();
    },
  };
};

export type BootTimeline = ReturnType<typeof bootTimeline>;
