import type { DrainAgent, QuarantineAgent, ReleaseAgent, ResumeAgent } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { AgentCommand } from '@gild/scheduler-domain';
import { LOOP, type Farm } from '../farm.js';
import { agentSummaries, type AgentSummary } from './agents-query.js';

/** What people decide about agents. */
export const agentStanding = (farm: Farm) => {
  const decide = async (command: Deciding, actor: string): Promise<AgentSummary> => {
    const { agentId } = command.data;
    const decision = await farm.decideAgent(agentId, command, { actor });
    if (!decision.ok) throw agentNotFound(agentId);
    farm.bell.ring(agentId);
    farm.bell.ring(LOOP);
    const found = (await agentSummaries(farm)).find(({ agent_id: id }) => id === agentId);
    if (found === undefined) throw agentNotFound(agentId);
    return found;
  };
  return {
    drainAgent: ({ actor, ...rest }: DrainAgent) =>
      decide({ type: 'DrainAgent', data: { ...rest, by: actor } }, actor),
    resumeAgent: ({ actor, ...rest }: ResumeAgent) =>
      decide({ type: 'ResumeAgent', data: { ...rest, by: actor } }, actor),
    quarantineAgent: ({ actor, ...rest }: QuarantineAgent) =>
      decide({ type: 'QuarantineAgent', data: { ...rest, by: actor } }, actor),
    releaseAgent: ({ actor, ...rest }: ReleaseAgent) =>
      decide({ type: 'ReleaseAgent', data: { ...rest, by: actor } }, actor),
  };
};

type Deciding = Extract<
  AgentCommand,
  { type: 'DrainAgent' | 'ResumeAgent' | 'QuarantineAgent' | 'ReleaseAgent' }
>;

const agentNotFound = (agentId: string): Fault =>
  new Fault('AGENT_NOT_FOUND', `there is no agent ${agentId}: \`gild agent list\` lists all`);
