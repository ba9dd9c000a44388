import type { FarmIdentity } from './farm-identity.js';

/** Where the files of a NATS server lie on its host. */
export type NatsFiles = { certificate: string; key: string };

/**
 * The configuration of a NATS server that knows its farm by keys alone: there is no user in it, so that nobody is let in
 * without a signature, and agents join without its being read again.
 */
export const natsConf = ({ operator, system, farm }: FarmIdentity, { certificate, key }: NatsFiles): string =>
  `# Written by gild farm init. Start with: nats-server -c THIS_FILE
# Every address: where the host has IPv6, NATS takes it for those too.
listen: "0.0.0.0:4222"
# Only this host may look at how the server does.
http: "127.0.0.1:8222"

tls {
  cert_file: ${JSON.stringify(certificate)}
  key_file: ${JSON.stringify(key)}
  timeout: 5
}

# Users are signed by keys of the farm's account, and each signature says what its user may do. No user stands here.
operator: "${operator.jwt}"
system_account: "${system.publicKey}"
resolver: MEMORY
resolver_preload: {
  ${system.publicKey}: "${system.jwt}"
  ${farm.publicKey}: "${farm.jwt}"
}

# A broken connection is noticed within half a minute, and a client that reads too slowly is let go.
ping_interval: "10s"
ping_max: 2
write_deadline: "10s"
max_connections: 65536
`;
