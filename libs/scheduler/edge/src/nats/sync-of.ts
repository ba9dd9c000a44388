import { agentOfSubject, FIRST_PROTOCOL, protocolProblem, SyncRequest } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { parsePayload } from '@gild/service-edge';
import { z } from 'zod';

/** As much as agents of every release say, and will. */
const Greeting = z.object({
  protocol: z.int().default(FIRST_PROTOCOL),
  agent: z.object({ release: z.string().default('unknown') }).prefault({}),
});

/**
 * What the agent of the subject says of itself. The subject says who speaks, since nobody else may publish there. Faults:
 * AGENT_INCOMPATIBLE when it speaks another protocol, whatever else it says; INVALID_REQUEST, also when it speaks of another
 * agent.
 */
export const syncOf = (subject: string, payload: unknown): SyncRequest => {
  const speaker = speakerOf(subject);
  const { protocol, agent } = parsePayload(Greeting, payload);
  const problem = protocolProblem(protocol, { agentId: speaker, release: agent.release });
  if (problem !== undefined) throw new Fault('AGENT_INCOMPATIBLE', problem);
  const request = parsePayload(SyncRequest, payload);
  const { agentId } = request.agent;
  if (agentId === speaker) return request;
  throw new Fault('INVALID_REQUEST', `agent ${speaker} speaks for ${agentId}: each speaks for itself`);
};

/** The agent that speaks on a subject. */
export const speakerOf = (subject: string): string => agentOfSubject(subject) ?? subject;
