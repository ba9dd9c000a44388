import { Fault } from '@gild/ports';
import { connect, errors, jwtAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';

/** What a process shows a NATS server: what was signed for it, and the seed it proves that to be its own with. */
export type NatsCredentials = { jwt: string; seed: string };

/** How a process reaches NATS. */
export type NatsAccess = {
  /** Addresses separated by commas. */
  servers: string;
  /** Asked for at every connection, so that renewed ones count from the next; absent: the server asks for none. */
  credentials?: (() => NatsCredentials) | undefined;
  /** Only over TLS; `ca`: PEM of the only authority that is trusted, else those of the host are. */
  tls?: { ca?: string | undefined } | undefined;
};

/** A process that speaks over NATS: what it is called there, and where it awaits answers. */
export type NatsPeer = NatsAccess & {
  name: string;
  /** Of its own alone: whoever may listen there reads what it is answered. */
  inbox: string;
};

/** A member of a service. An agent's inbox can never be within it: there the name follows `_INBOX_`. */
export const servicePeer = (access: NatsAccess, name: string): NatsPeer => ({
  ...access,
  name,
  inbox: `_INBOX.${name}`,
});

export const agentPeer = (access: NatsAccess, agentId: string): NatsPeer => ({
  ...access,
  name: `agent ${agentId}`,
  inbox: agentInbox(agentId),
});

/** Where this agent awaits answers: nobody else may listen there. */
export const agentInbox = (agentId: string): string => `_INBOX_${agentId}`;

/**
 * Options shared by every connection to NATS: reconnect for ever, also when the server is not there yet, or does not take the
 * credentials.
 */
export const natsOptions = ({ servers, name, inbox, credentials, tls }: NatsPeer) => ({
  servers: servers.split(','),
  name,
  inboxPrefix: inbox,
  maxReconnectAttempts: -1,
  waitOnFirstConnect: true,
  ignoreAuthErrorAbort: true,
  ...(credentials && { authenticator: authenticatorOf(credentials) }),
  ...(tls && { tls: tls.ca === undefined ? {} : { ca: tls.ca } }),
});

const authenticatorOf = (credentials: () => NatsCredentials) => (nonce?: string) => {
  const { jwt, seed } = credentials();
  return jwtAuthenticator(jwt, new TextEncoder().encode(seed))(nonce);
};

const BETWEEN_TRIES_MS = 2_000;

/**
 * Connects, trying until it succeeds; `report` is told what keeps it from that, then and later, whenever that changes. Fault:
 * UNAVAILABLE for an address that cannot be used at all.
 */
export const connectNats = async (
  peer: NatsPeer,
  report: (problem: string) => void = () => undefined,
): Promise<NatsConnection> => {
  const tell = onChange(report);
  for (;;) {
    try {
      const connection = await connect({ ...natsOptions(peer), waitOnFirstConnect: false });
      void tellTroubles(connection, peer, tell);
      return connection;
    } catch (cause) {
      if (cause instanceof errors.InvalidArgumentError || cause instanceof TypeError)
        throw new Fault('UNAVAILABLE', `cannot connect to NATS at ${peer.servers}`, { cause });
      tell(problemOf(cause, peer));
      await delay(BETWEEN_TRIES_MS);
    }
  }
};

const onChange = (report: (problem: string) => void) => {
  let last: string | undefined;
  return (problem: string | undefined): void => {
    if (problem !== undefined && problem !== last) report(problem);
    last = problem;
  };
};

type Tell = (problem: string | undefined) => void;

const tellTroubles = async (connection: NatsConnection, peer: NatsPeer, tell: Tell): Promise<void> => {
  for await (const status of connection.status()) {
    if (status.type === 'reconnect') tell(undefined);
    if (status.type === 'error') tell(problemOf(status.error, peer));
  }
};

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/;

const problemOf = (error: unknown, { servers }: NatsPeer): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof errors.UserAuthenticationExpiredError)
    return `the credentials for NATS at ${servers} have expired; it is tried again with renewed ones`;
  if (error instanceof errors.AuthorizationError)
    return `NATS at ${servers} does not accept the credentials (GILD_NATS_CREDS); it is tried again`;
  if (code !== undefined && UNTRUSTED.test(code))
    return `NATS at ${servers} has a certificate that is not trusted (${code}): GILD_NATS_CA names the authority; it is tried again`;
  return `NATS at ${servers}: ${message}`;
};
