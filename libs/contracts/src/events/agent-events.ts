import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** An agent announced itself, or announced something else than before. */
export const AgentAnnounced = event('AgentAnnounced', {
  agentId: z.string(),
  sessionId: z.string(),
  arch: z.string(),
  emulates: z.array(z.string()).optional(),
  couldEmulate: z.array(z.string()).optional(),
  slots: z.int().min(1),
  host: z.string(),
  release: z.string(),
});

/** The agent was silent for longer than its lease. */
export const AgentSilent = event('AgentSilent', { agentId: z.string(), silentMs: z.number() });

/** Everything that can be recorded in an `agent-…` stream. */
export const AgentEvent = oneOf(AgentAnnounced, AgentSilent);
export type AgentEvent = z.infer<typeof AgentEvent>;
