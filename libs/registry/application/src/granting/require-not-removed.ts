import { eventParser } from '@gild/application-core';
import { MembershipEvent, streams } from '@gild/contracts';
import { type EventStore, Fault } from '@gild/ports';

/**
 * Fault: AGENT_NOT_JOINED for an agent that was removed and did not join again, whatever it can still show the transport. One that
 * never joined is of a farm in which nobody has to.
 */
export type RequireNotRemoved = (agentId: string) => Promise<void>;

/** Beyond so many the agent that asked longest ago is forgotten, and read from the beginning when it asks. */
const MOST = 10_000;

type Seen = { next: number; isRemoved: boolean };

/** It asks the record each time, and reads of an agent only what was recorded since this process last asked. */
export const requiringNotRemoved = (store: EventStore, most = MOST): RequireNotRemoved => {
  const seen = new Map<string, Seen>();
  return async (agentId) => {
    const now = await seenSince(seen.get(agentId) ?? { next: 0, isRemoved: false }, agentId, store);
    seen.delete(agentId);
    seen.set(agentId, now);
    const [oldest] = seen.keys();
    if (seen.size > most && oldest !== undefined) seen.delete(oldest);
    if (now.isRemoved)
      throw new Fault(
        'AGENT_NOT_JOINED',
        `agent ${agentId} was removed from the farm and has no part in its objects: to let it join again, use: gild agent readmit ${agentId}`,
      );
  };
};

const parse = eventParser(MembershipEvent);

const seenSince = async (before: Seen, agentId: string, store: EventStore): Promise<Seen> => {
  let { next, isRemoved } = before;
  for await (const recorded of store.readStream(streams.agent(agentId), { from: next })) {
    next = recorded.revision + 1;
    const type = parse(recorded)?.type;
    if (type === 'AgentJoined' || type === 'AgentRemoved') isRemoved = type === 'AgentRemoved';
  }
  return { next, isRemoved };
};
