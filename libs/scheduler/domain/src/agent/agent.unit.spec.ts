import type { AgentEvent } from '@gild/contracts';
import { accept, fold, scenario } from '@gild/kernel';
import { agent } from './agent.js';

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
  expect(fold(agent, [silent])).toStrictEqual({ status: 'unknown' });
});
