import type { Firmware } from '@gild/contracts';
import type { BootTestSpec } from '@gild/ports';
import { fakeClock } from '@gild/testing';
import type { AgentAnswer } from './agent-line.js';
import { bootTimeline } from './boot-timeline.js';
import { guestStory } from './guest-story.js';
import type { Accelerator } from './machine-models.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The sentence for a guest whose programs print as given. */
const story = async (
  programs: Record<string, string | undefined>,
  checks: readonly string[] = [],
  { firmware = 'bios', accelerator = 'kvm' }: { firmware?: Firmware; accelerator?: Accelerator } = {},
) => {
  const clock = fakeClock();
  const { signal } = new AbortController();
  const timeline = bootTimeline(() => clock.monotonicMs());
  const answer = (argv: readonly string[]): AgentAnswer | undefined => {
    const out = programs[argv.slice(0, 2).join(' ')];
    return out === undefined ? undefined : { id: 1, exit: 0, out: base64(out), err: '' };
  };
  const spec: BootTestSpec = {
    ...{ diskPath: '', diskFormat: 'raw', arch: 'x86_64', firmware, memoryMiB: 1, workDir: '' },
    ...{ deadlineMs: 60_000, emulatedTimes: 1, signal },
    checks: checks.map((name) => ({ name, argv: [name], expect: 'fine', withinMs: 0 })),
  };
  const limits: Record<string, number> = {};
  const agent = {
    hello: Promise.resolve({ hello: 1, uptime: 1, userspaceUs: 1 } as const),
    run: (argv: readonly string[], limitMs: number) => {
      limits[argv.slice(0, 2).join(' ')] = limitMs;
      return Promise.resolve(answer(argv));
    },
  };
  const onHello = () => undefined;
  const sentence = await guestStory({ spec, accelerator, agent, timeline, clock, signal, onHello });
  return { sentence, green: timeline.times.msToChecksGreen, limits };
};

const STARTED = { 'systemctl is-system-running': 'running\n', 'systemctl --failed': '' };
const FAILED = 'nginx.service loaded failed failed A web server\nx.mount loaded failed failed /x\n';

it('passes a guest that has started everything', async () =>
  expect(await story({ ...STARTED, ping: 'fine' }, ['ping'])).toMatchObject({
    sentence: undefined,
    green: expect.any(Number),
  }));

it('fails a guest whose units failed, by their names, also without a check', async () => {
  expect((await story({ ...STARTED, 'systemctl --failed': FAILED })).sentence).toBe(
    'Failed units: nginx.service, x.mount.',
  );
});

it('names both the checks and the units that failed', async () =>
  expect((await story({ ...STARTED, 'systemctl --failed': FAILED, ping: 'no' }, ['ping'])).sentence).toBe(
    '1 of 1 checks failed: ping (no). Failed units: nginx.service, x.mount.',
  ));

it('fails a guest that does not say which units failed', async () =>
  expect((await story({ 'systemctl is-system-running': 'running\n' })).sentence).toBe(
    'The test agent did not say which units failed.',
  ));

const SECURE = { firmware: 'uefi-secure' } as const;

describe('started with Secure Boot', () => {
  it('passes a guest that sees it switched on', async () =>
    expect((await story({ ...STARTED, 'od -An': '   1\n' }, [], SECURE)).sentence).toBeUndefined());

  it('fails a guest that sees it switched off, whatever else passed', async () =>
    expect((await story({ ...STARTED, 'od -An': '   0\n', ping: 'fine' }, ['ping'], SECURE)).sentence).toBe(
      '1 of 2 checks failed: firmware/secure-boot (0).',
    ));
});

it.each([
  ['kvm', 30_000],
  ['tcg', 120_000],
] as const)('gives what is asked of a guest under %s its time', async (accelerator, limitMs) => {
  const { limits } = await story({ ...STARTED, 'od -An': '   1\n' }, ['ping'], { ...SECURE, accelerator });
  expect(limits).toMatchObject({ 'od -An': limitMs, 'systemctl --failed': limitMs });
  expect(limits['ping']).toBe(limitMs / 30);
});
