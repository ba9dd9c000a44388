import { isIPv6 } from 'node:net';
import type { ServiceName } from '@gild/transport-nats';
import type { NewFarm } from './init-farm.js';

/** What was made, and what to do with it. */
export const initText = (farm: NewFarm): string => {
  const { nats, ca, credentials, signingKey, historyKey, vault, hosts, folder } = farm;
  const [host = 'localhost'] = hosts;
  const url = `tls://${isIPv6(host) ? `[${host}]` : host}:4222`;
  const settings = (service: ServiceName): string =>
    `   ${service.padEnd(13)}  GILD_NATS_CREDS=${credentials[service]}`;
  return `a new farm is in ${folder}; its keys are for their owners' eyes alone

1. On the host of NATS (the certificate is for ${hosts.join(', ')}):
   nats-server -c ${nats.configuration}
2. Every service is told where NATS is, and who it is there:
   all            GILD_NATS_URL=${url} GILD_NATS_CA=${ca}
${settings('registry')} GILD_SIGNING_KEY=${historyKey}
${settings('scheduler')} GILD_NATS_SIGNING_KEY=${signingKey}
${settings('gateway')}
${settings('cache-manager')}
3. For each agent: gild agent token, then gild agent join on its host.
4. Keep ${vault.operator.replace(/\/[^/]*$/, '')} somewhere safe and off these hosts: nothing that runs needs it.
   Of ${historyKey} keep a copy: with another key the history goes on under another signature.

The certificate of NATS is good for ${farm.certificate_days} days, its authority for ${farm.authority_days}.
`;
};
