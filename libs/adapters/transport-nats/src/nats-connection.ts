import { Fault } from '@gild/ports';
import { connect, type NatsConnection } from '@nats-io/transport-node';

/** Options shared by every connection to NATS: reconnect for ever, also when the server is not there yet. */
export const natsOptions = (servers: string, name: string) => ({
  servers: servers.split(','),
  name,
  maxReconnectAttempts: -1,
  waitOnFirstConnect: true,
});

/** Connects, waiting for the server if need be. Fault: UNAVAILABLE for an address that cannot be used at all. */
export const connectNats = async (servers: string, name: string): Promise<NatsConnection> => {
  try {
    return await connect(natsOptions(servers, name));
  } catch (cause) {
    throw new Fault('UNAVAILABLE', `cannot connect to NATS at ${servers}`, { cause, retryable: true });
  }
};
