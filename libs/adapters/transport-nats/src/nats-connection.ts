import { Fault } from '@gild/ports';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** A process that speaks over NATS: where the servers are, what it is called there, and where it awaits answers. */
export type NatsPeer = {
  /** Addresses separated by commas. */
  servers: string;
  name: string;
  /** Of its own alone: whoever may listen there reads what it is answered. */
  inbox: string;
};

/** A member of a service. An agent's inbox can never be within it: there the name follows `_INBOX_`. */
export const servicePeer = (servers: string, name: string): NatsPeer => ({
  ...{ servers, name },
  inbox: `_INBOX.${name}`,
});

export const agentPeer = (servers: string, agentId: string): NatsPeer => ({
  ...{ servers, name: `agent ${agentId}` },
  inbox: `_INBOX_${agentId}`,
});

/** Options shared by every connection to NATS: reconnect for ever, also when the server is not there yet. */
export const natsOptions = ({ servers, name, inbox }: NatsPeer) => ({
  servers: servers.split(','),
  name,
  inboxPrefix: inbox,
  maxReconnectAttempts: -1,
  waitOnFirstConnect: true,
});

/** Connects, waiting for the server if need be. Fault: UNAVAILABLE for an address that cannot be used at all. */
export const connectNats = async (peer: NatsPeer): Promise<NatsConnection> => {
  try {
    return await connect(natsOptions(peer));
  } catch (cause) {
    throw new Fault('UNAVAILABLE', `cannot connect to NATS at ${peer.servers}`, { cause, retryable: true });
  }
};
