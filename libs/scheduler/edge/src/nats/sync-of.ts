import { agentOfSubject, SyncRequest } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { parsePayload } from '@gild/service-edge';

/**
 * What the agent of the subject says of itself. The subject says who speaks, since nobody else may publish there. Fault:
 * INVALID_REQUEST, also when it speaks of another agent.
 */
export const syncOf = (subject: string, payload: unknown): SyncRequest => {
  const request = parsePayload(SyncRequest, payload);
  const speaker = agentOfSubject(subject);
  const { agentId } = request.agent;
  if (agentId === speaker) return request;
  throw new Fault(
    'INVALID_REQUEST',
    `agent ${speaker ?? subject} speaks for ${agentId}: each speaks for itself`,
  );
};
