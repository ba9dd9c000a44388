import type { AgentEvent } from '@gild/contracts';
import { accept, fold, reject, scenario } from '@gild/kernel';
import { agent } from './agent.js';

const NOW = '2026-11-23T09:00:00.000Z';
const given = scenario(agent);
const oak = { agentId: 'oak', sessionId: 's1', arch: 'x86_64', slots: 2, host: 'h1', release: '0.1.0' };
const announced = (data = oak): AgentEvent => ({ type: 'AgentAnnounced', data });
const silent: AgentEvent = { type: 'AgentSilent', data: { agentId: 'oak', silentMs: 30_000 } };
const announce = (data = oak) => ({ type: 'AnnounceAgent', data }) as const;
const reportSilence = { type: 'ReportSilence', data: { agentId: 'oak', silentMs: 30_000 } } as const;

it('is announced once, and again when it is another than before or was silent', () => {
  const restarted = { ...oak, sessionId: 's2' };
  expect(given().when(announce())).toStrictEqual(accept(announced()));
  expect(given(announced()).when(announce())).toStrictEqual(accept());
  expect(given(announced()).when(announce(restarted))).toStrictEqual(accept(announced(restarted)));
  expect(given(announced(), silent).when(announce())).toStrictEqual(accept(announced()));
});

it('falls silent once', () => {
  expect(given(announced()).when(reportSilence)).toStrictEqual(accept(silent));
  expect(given(announced(), silent).when(reportSilence)).toStrictEqual(accept());
  expect(given().when(reportSilence)).toStrictEqual(accept());
  expect(fold(agent, [silent])).toStrictEqual({ status: 'unknown' });
});

describe('a drained agent', () => {
  const by = { agentId: 'oak', by: 'ada' };
  const drain = { type: 'DrainAgent', data: { ...by, reason: 'new disk' } } as const;
  const drained: AgentEvent = { type: 'AgentDrainRequested', data: { ...by, reason: 'new disk' } };
  const resume = { type: 'ResumeAgent', data: by } as const;
  const resumed: AgentEvent = { type: 'AgentResumed', data: by };

  it('is drained once and resumed once', () => {
    expect(given(announced()).when(drain)).toStrictEqual(accept(drained));
    expect(given(announced(), drained).when(drain)).toStrictEqual(accept());
    expect(given(announced(), drained).when(resume)).toStrictEqual(accept(resumed));
    expect(given(announced()).when(resume)).toStrictEqual(accept());
  });
  it('stays so when it falls silent and starts again', () =>
    expect(given(announced(), drained, silent, announced()).when(drain)).toStrictEqual(accept()));
  it('has to be there', () => expect(given().when(drain)).toStrictEqual(reject({ code: 'AGENT_NOT_FOUND' })));
});

describe('quarantine', () => {
  const evidence = [{ jobId: 'j1', attempt: 1, code: 'NO_SPACE', message: 'the disk is full' }];
  const found = { agentId: 'oak', by: 'scheduler', reason: 'it fails', evidence };
  const suspect = (round: number) =>
    ({ type: 'QuarantineFailing', data: { ...found, round, now: NOW } }) as const;
  const quarantined = (times: number, until?: string): AgentEvent => ({
    type: 'AgentQuarantined',
    data: { ...found, times, ...(until !== undefined && { until }) },
  });
  const work = (round: number) =>
    ({
      type: 'ReleaseWorking',
      data: { agentId: 'oak', by: 'scheduler', reason: 'it works', round },
    }) as const;
  const released: AgentEvent = {
    type: 'AgentReleased',
    data: { agentId: 'oak', by: 'scheduler', reason: 'it works' },
  };

  it.each([
    [1, '2026-11-23T09:01:00.000Z'],
    [2, '2026-11-23T09:02:00.000Z'],
    [3, '2026-11-23T09:04:00.000Z'],
    [6, '2026-11-23T09:32:00.000Z'],
    [7, '2026-11-23T10:00:00.000Z'],
    [20, '2026-11-23T10:00:00.000Z'],
  ])('number %i in a row ends at %s: each is twice as long as the one before, to a bound', (times, until) => {
    const before = times === 1 ? [] : [quarantined(times - 1, NOW)];
    expect(given(announced(), ...before).when(suspect(times - 1))).toStrictEqual(
      accept(quarantined(times, until)),
    );
  });
  it('is begun by one of several schedulers that found the same', () =>
    expect(given(announced(), quarantined(1, NOW)).when(suspect(0))).toStrictEqual(accept()));
  it('is ended by a success of its own round, and counts from the beginning afterwards', () => {
    expect(given(announced(), quarantined(2, NOW)).when(work(1))).toStrictEqual(accept());
    expect(given(announced(), quarantined(2, NOW)).when(work(2))).toStrictEqual(accept(released));
    expect(given(announced(), quarantined(2, NOW), released).when(suspect(0))).toMatchObject({
      events: [{ data: { times: 1 } }],
    });
  });
  it('by hand lasts until it is ended by hand, whatever happens to builds', () => {
    const byHand = { agentId: 'oak', by: 'ada', reason: 'odd disks' };
    const decided: AgentEvent = { type: 'AgentQuarantined', data: { ...byHand, times: 1, evidence: [] } };
    const decide = { type: 'QuarantineAgent', data: byHand } as const;
    const release = { type: 'ReleaseAgent', data: { agentId: 'oak', by: 'ada' } } as const;
    expect(given(announced()).when(decide)).toStrictEqual(accept(decided));
    expect(given(announced(), decided).when(decide)).toStrictEqual(accept());
    expect(given(announced(), quarantined(1, NOW)).when(decide)).toMatchObject({
      events: [{ data: { times: 2 } }],
    });
    expect(given(announced(), decided).when(suspect(1))).toStrictEqual(accept());
    expect(given(announced(), decided, announced()).when(work(1))).toStrictEqual(accept());
    expect(given(announced(), decided).when(release)).toStrictEqual(
      accept({ type: 'AgentReleased', data: { agentId: 'oak', by: 'ada' } }),
    );
    expect(given(announced()).when(release)).toStrictEqual(accept());
  });
});
