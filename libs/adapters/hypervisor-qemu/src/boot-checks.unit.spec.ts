import type { CheckResult } from '@gild/contracts';
import { fakeClock } from '@gild/testing';
import type { AgentAnswer } from './agent-line.js';
import { runChecks } from './boot-checks.js';
import type { TestAgent } from './test-agent.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const answer = (exit: number, out = '', err = ''): AgentAnswer => ({
  id: 0,
  exit,
  out: base64(out),
  err: base64(err),
});

/** An agent whose programs take a second each and end as listed; the last way is how they end from then on. */
const scripted = (ways: Record<string, (AgentAnswer | undefined)[]>) => {
  const clock = fakeClock();
  const asked: string[] = [];
  const limits: number[] = [];
  const agent: TestAgent = {
    hello: Promise.resolve({ hello: 1, uptime: 1, userspaceUs: 1 }),
    run: async ([program = ''], limitMs) => {
      asked.push(program);
      limits.push(limitMs);
      await clock.delay(1_000);
      const left = ways[program] ?? [];
      return left.length > 1 ? left.shift() : left[0];
    },
  };
  return { agent, clock, asked, limits };
};

const run = async (
  checks: readonly { name: string; expect?: string; withinMs?: number; once?: boolean }[],
  { agent, clock }: ReturnType<typeof scripted>,
  times = 1,
) => {
  const decided: string[] = [];
  const results = runChecks({
    checks: checks.map((check) => ({ argv: [check.name], withinMs: 10_000, ...check })),
    agent,
    clock,
    signal: new AbortController().signal,
    times,
    onCheck: ({ name }) => decided.push(name),
  });
  await clock.advance(60_000);
  return { results: await results, decided };
};

it('passes a check whose program ends well and says what is expected', async () => {
  const { results } = await run(
    [{ name: 'ping', expect: 'PONG' }, { name: 'true' }],
    scripted({ ping: [answer(0, 'PONG\n')], true: [answer(0)] }),
  );
  expect(results).toStrictEqual<CheckResult[]>([
    { name: 'ping', passed: true, attempts: 1, output: 'PONG', ms: 1_000 },
    { name: 'true', passed: true, attempts: 1, output: 'exit code 0', ms: 2_000 },
  ]);
});

it('fails a check that says something else, or what is expected on stderr only', async () => {
  const { results } = await run(
    [{ name: 'ping', expect: 'PONG' }],
    scripted({ ping: [answer(0, 'LOADING', 'PONG')] }),
  );
  expect(results).toMatchObject([{ passed: false, output: 'LOADINGPONG' }]);
});

it('lets the others go on while one waits, and gives results in the order of the checks', async () => {
  const script = scripted({ slow: [answer(3), answer(3), answer(0)], quick: [answer(0)] });
  const { results, decided } = await run([{ name: 'slow' }, { name: 'quick' }], script);
  expect(decided).toStrictEqual(['quick', 'slow']);
  expect(script.asked).toStrictEqual(['slow', 'quick', 'slow', 'slow']);
  expect(results).toMatchObject([
    { name: 'slow', passed: true, attempts: 3 },
    { name: 'quick', passed: true, attempts: 1 },
  ]);
});

it('gives up on a check when its own time is over', async () => {
  const { results } = await run(
    [{ name: 'never', withinMs: 4_500 }],
    scripted({ never: [answer(7, '', 'refused')] }),
  );
  expect(results).toStrictEqual([
    { name: 'never', passed: false, attempts: 3, output: 'refused', ms: 5_000 },
  ]);
});

it.each([
  ['half a minute', 1, [30_000, 1_000]],
  ['two minutes', 4, [120_000, 4_000]],
] as const)('gives one try %s at most where each may take %i times as long', async (_, times, limits) => {
  const script = scripted({ first: [answer(0)], late: [answer(0)] });
  await run(
    [
      { name: 'first', withinMs: 300_000 },
      { name: 'late', withinMs: 500 },
    ],
    script,
    times,
  );
  expect(script.limits.slice(0, 2)).toStrictEqual(limits);
});

it('runs a script once, for as long as it may take, after the checks before it are decided', async () => {
  const script = scripted({ unit: [answer(3), answer(0)], load: [answer(1)], last: [answer(0)] });
  const { results } = await run(
    [{ name: 'unit' }, { name: 'load', once: true, withinMs: 300_000 }, { name: 'last' }],
    script,
  );
  expect(script.asked).toStrictEqual(['unit', 'last', 'unit', 'load']);
  expect(script.limits.at(-1)).toBe(300_000);
  expect(results).toMatchObject([
    { name: 'unit', passed: true, attempts: 2 },
    { name: 'load', passed: false, attempts: 1 },
    { name: 'last', passed: true, attempts: 1 },
  ]);
});

it('says so when the guest does not answer', async () => {
  const { results } = await run([{ name: 'silent', withinMs: 500 }], scripted({ silent: [undefined] }));
  expect(results).toMatchObject([{ passed: false, output: 'the test agent did not answer' }]);
});

it('needs no time for no checks', async () => {
  expect((await run([], scripted({}))).results).toStrictEqual([]);
});
