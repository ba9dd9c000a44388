import { suspicion, type AgentCommand } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import type { AgentEntry, JobsState } from '../views/jobs-state.js';
import { roundOf } from '../views/agent-record.js';
import { causeIn } from './cause-in.js';
import { forEach, ofAgent } from './for-each.js';

/** Keeps builds away from agents on which they fail through no fault of their own, until one has succeeded there again. */
export const judgeAgents = async ({ agents }: JobsState, farm: Farm): Promise<void> => {
  if (!farm.quarantines) return;
  await forEach(agents, { report: farm.report, of: ofAgent }, async ([agentId, entry]) => {
    const command = verdictOn(agentId, entry, farm);
    if (command === undefined) return;
    const last = entry.troubles.at(-1);
    const cause = last && (await causeIn({ ...last, types: ['AttemptFailed', 'AttemptLost'] }, farm));
    await farm.decideAgent(agentId, command, { actor: SCHEDULER, ...cause });
  });
};

const verdictOn = (
  agentId: string,
  { state, troubles, proven }: AgentEntry,
  { clock }: Farm,
): AgentCommand | undefined => {
  const round = roundOf(state);
  const by = { agentId, by: SCHEDULER, round };
  if (proven && round > 0)
    return { type: 'ReleaseWorking', data: { ...by, reason: 'a build succeeded there' } };
  const found = suspicion(troubles, round);
  return found && { type: 'QuarantineFailing', data: { ...by, ...found, now: clock.now() } };
};
