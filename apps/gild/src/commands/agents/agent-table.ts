import type { AgentSummary } from '@gild/scheduler-application';
import { table } from '../../output/table.js';

/** One line per agent. */
export const agentTable = (agents: readonly AgentSummary[]): string =>
  agents.length === 0
    ? 'no agent has taken part yet\n'
    : table(
        ['agent', 'state', 'arch', 'emulates', 'running', 'free disk', 'last seen', 'note'],
        agents.map((each) => [
          each.agent_id,
          each.state,
          each.arch,
          each.emulates.join(' ') || '-',
          `${each.running.length} of ${each.slots}`,
          each.free_disk_percent === undefined ? '-' : `${Math.floor(each.free_disk_percent)} %`,
          each.last_seen_at ?? '-',
          noteOf(each),
        ]),
      );

/** Where an agent stands, and why. */
export const standingText = (agent: AgentSummary): string => {
  const note = noteOf(agent);
  return note === '' ? agent.state : `${agent.state} (${note})`;
};

const noteOf = ({ drain, quarantine }: AgentSummary): string => {
  const parts: string[] = [];
  if (drain !== undefined) parts.push(`drained by ${drain.by}${because(drain.reason)}`);
  if (quarantine !== undefined) {
    const end = quarantine.until === undefined ? 'until it is released' : `until ${quarantine.until}`;
    parts.push(`quarantined by ${quarantine.by} ${end}${because(quarantine.reason)}`);
  }
  return parts.join('; ');
};

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
