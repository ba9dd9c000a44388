import { eventParser } from '@gild/application-core';
import { MembershipEvent, streams } from '@gild/contracts';
import { type EventStore, Fault } from '@gild/ports';

const parse = eventParser(MembershipEvent);

/**
 * Fault: AGENT_NOT_JOINED for an agent that was removed and did not join again, whatever it can still show the transport. One that
 * never joined is of a farm in which nobody has to.
 */
export const requireNotRemoved = async (agentId: string, store: EventStore): Promise<void> => {
  for await (const recorded of store.readStream(streams.agent(agentId), { direction: 'backwards' })) {
    const type = parse(recorded)?.type;
    if (type === 'AgentJoined') return;
    if (type === 'AgentRemoved')
      throw new Fault(
        'AGENT_NOT_JOINED',
        `agent ${agentId} was removed from the farm and has no part in its objects: to let it join again, use: gild agent readmit ${agentId}`,
      );
  }
};
