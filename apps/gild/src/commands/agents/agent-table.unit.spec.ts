import type { AgentSummary } from '@gild/scheduler-application';
import { agentTable, standingText } from './agent-table.js';

const agent = (agent_id: string, rest: Partial<AgentSummary> = {}): AgentSummary => ({
  ...{ agent_id, arch: 'x86_64', emulates: [], cannot_build: [], cannot_boot: [], slots: 1 },
  ...{ host: 'h', release: '0', session_id: 's', state: 'ready', running: [] },
  ...rest,
});
const until = '2026-11-23T09:01:00.000Z';
const evidence = [{ jobId: 'j', attempt: 1, code: 'NO_SPACE', message: 'no space' }];

it('shows of every agent what it does, and why it gets nothing', () =>
  expect(
    agentTable([
      agent('elm', { state: 'draining', drain: { by: 'ada', reason: 'new disk' } }),
      agent('fir', {
        ...{ state: 'quarantined', free_disk_percent: 9.8, last_seen_at: '2026-11-23T09:00:00.000Z' },
        quarantine: { by: 'scheduler', reason: 'no space', until, times: 1, evidence },
      }),
      agent('oak', { emulates: ['aarch64'], slots: 2, running: [{ job_id: 'j', attempt: 1 }] }),
    ]),
  ).toBe(`AGENT  STATE        ARCH    EMULATES  RUNNING  FREE DISK  LAST SEEN                 NOTE
elm    draining     x86_64  -         0 of 1   -          -                         drained by ada: new disk
fir    quarantined  x86_64  -         0 of 1   9 %        2026-11-23T09:00:00.000Z  quarantined by scheduler until ${until}: no space
oak    ready        x86_64  aarch64   1 of 2   -          -
`));

it('says so when there is none', () => expect(agentTable([])).toBe('no agent has taken part yet\n'));

it('says where one agent stands', () => {
  expect(standingText(agent('oak'))).toBe('ready');
  const quarantine = { by: 'ada', reason: 'odd disks', times: 1, evidence: [] };
  const drain = { by: 'bob' };
  expect(standingText(agent('oak', { state: 'draining', drain, quarantine }))).toBe(
    'draining (drained by bob; quarantined by ada until it is released: odd disks)',
  );
});
