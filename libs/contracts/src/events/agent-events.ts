import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** An architecture whose programs a host does not run although it has an emulator, and why not. */
export const NotEmulated = z.object({ arch: z.string(), reason: z.string() });

/** An agent announced itself, or announced something else than before. */
export const AgentAnnounced = event('AgentAnnounced', {
  agentId: z.string(),
  sessionId: z.string(),
  arch: z.string(),
  emulates: z.array(z.string()).optional(),
  couldEmulate: z.array(z.string()).optional(),
  cannotEmulate: z.array(NotEmulated).optional(),
  slots: z.int().min(1),
  host: z.string(),
  release: z.string(),
});

/** The agent was silent for longer than its lease. */
export const AgentSilent = event('AgentSilent', { agentId: z.string(), silentMs: z.number() });

/** Everything that can be recorded in an `agent-…` stream. */
export const AgentEvent = oneOf(AgentAnnounced, AgentSilent);
export type AgentEvent = z.infer<typeof AgentEvent>;
