import {
  AgentAnnounced,
  AgentDrainRequested,
  AgentQuarantined,
  AgentReleased,
  AgentResumed,
  AgentSilent,
} from '@gild/contracts';
import { command, oneOf } from '@gild/kernel';
import { z } from 'zod';

const { agentId, by, reason, evidence } = AgentQuarantined.shape.data.shape;
/** The quarantines in a row that whoever decided knew of: of what was found before another one began nothing follows. */
const round = z.int().min(0);

export const AgentCommand = oneOf(
  command('AnnounceAgent', AgentAnnounced.shape.data.shape),
  command('ReportSilence', AgentSilent.shape.data.shape),
  command('DrainAgent', AgentDrainRequested.shape.data.shape),
  command('ResumeAgent', AgentResumed.shape.data.shape),
  command('QuarantineAgent', { agentId, by, reason }),
  command('QuarantineFailing', { agentId, by, reason, evidence, round, now: z.string() }),
  command('ReleaseAgent', AgentReleased.shape.data.shape),
  command('ReleaseWorking', { ...AgentReleased.shape.data.shape, round }),
);
export type AgentCommand = z.infer<typeof AgentCommand>;

export type AgentRejection = { code: 'AGENT_NOT_FOUND' };
