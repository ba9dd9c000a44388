import type { Execute } from '@gild/builder-application';
import type { Assignment } from '@gild/contracts';
import { currentCall, type Meter, nextTrace, traceOfJob, type Tracing } from '@gild/operations';
import { observedAttempts } from './observed-attempts.js';

const JOB = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const seen: string[] = [];
const told = (name: string, labels: object, value = 1) =>
  seen.push(`${name}{${Object.values(labels).join(',')}} ${value}`);
const meter: Meter = {
  count: told,
  observe: told,
  show: (name, values) => values.forEach(({ labels, value }) => told(name, labels, value)),
};
const tracing: Tracing = {
  begin: ({ name, parent }) => {
    seen.push(`${name} begins`);
    return { trace: nextTrace(parent), end: ({ error } = {}) => seen.push(`${name} ends ${String(error)}`) };
  },
  close: async () => undefined,
};
const tell = (what: string, facts: object) => seen.push(`${what} ${JSON.stringify(facts)}`);
beforeEach(() => seen.splice(0));

const assignment = { jobId: JOB, attempt: 2 } as Assignment;
const run = async (execute: Execute) => {
  const reported: string[] = [];
  const observed = observedAttempts(execute, 'oak', { meter, tracing, tell });
  const report = ({ type }: { type: string }) => reported.push(type);
  await observed(assignment, { report, signal: new AbortController().signal });
  return reported;
};

it('works on an attempt as a call in the trace of its build, and measures what it reports', async () => {
  const reported = await run(async (_, { report }) => {
    expect(currentCall()).toMatchObject({
      ...{ jobId: JOB, attempt: 2, agentId: 'oak' },
      trace: { traceId: traceOfJob(JOB)?.traceId },
    });
    const attempt = currentCall()?.trace.spanId;
    report({ type: 'StepStarted', data: { attempt: 2, step: 'disk' } });
    expect(currentCall()?.trace.spanId).not.toBe(attempt);
    await Promise.resolve();
    const data = { attempt: 2, step: 'disk', status: 'done', durationMs: 1500, cache: 'none' } as const;
    report({ type: 'StepFinished', data });
    expect(currentCall()?.trace.spanId).toBe(attempt);
    const failure = { class: 'infrastructure', code: 'NO_SPACE', message: 'full' } as const;
    report({ type: 'AttemptEnded', data: { attempt: 2, failure } });
  });
  expect(reported).toStrictEqual(['StepStarted', 'StepFinished', 'AttemptEnded']);
  expect(seen).toStrictEqual([
    'gild_agent_builds_parked{} 0',
    'gild_agent_builds_running{} 0',
    'attempt begins',
    'gild_agent_builds_running{} 1',
    'attempt begins {}',
    'disk begins',
    'gild_agent_step_seconds{disk,done,none} 1.5',
    'disk ends undefined',
    'gild_agent_builds_total{infrastructure} 1',
    'attempt ends NO_SPACE',
    'attempt ended {"outcome":"infrastructure","code":"NO_SPACE"}',
    'gild_agent_builds_running{} 0',
  ]);
});

it('row 12: shows how many builds are parked, until they go on or end', async () => {
  const parked = {
    type: 'AttemptParked',
    data: { attempt: 2, reason: { code: 'X', message: 'x' } },
  } as const;
  await run(async (_, { report }) => {
    report(parked);
    report({ type: 'StepStarted', data: { attempt: 2, step: 'disk' } });
    report({ type: 'AttemptResumed', data: { attempt: 2 } });
    report(parked);
    const failure = { class: 'cancelled', code: 'CANCELLED', message: 'cancelled' } as const;
    report({ type: 'AttemptEnded', data: { attempt: 2, failure } });
    await Promise.resolve();
  });
  const shown = seen.filter((it) => it.startsWith('gild_agent_builds_parked'));
  expect(shown.map((it) => it.slice(-1))).toStrictEqual(['0', '1', '0', '1', '0']);
});
