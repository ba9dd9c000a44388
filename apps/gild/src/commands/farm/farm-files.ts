import { join } from 'node:path';
import type { ServiceName } from '@gild/transport-nats';

/** Where everything of a new farm lies, by who needs it. */
export type FarmFiles = {
  folder: string;
  /** For the host of NATS alone. */
  nats: { configuration: string; certificate: string; key: string };
  /** For everybody. */
  ca: string;
  credentials: Readonly<Record<ServiceName, string>>;
  /** For the scheduler. */
  signingKey: string;
  /** For the registry: what signs the history. */
  historyKey: string;
  /** For nobody: to be kept somewhere safe. */
  vault: { operator: string; system: string; farm: string; ca: string };
};

export const farmFiles = (folder: string): FarmFiles => {
  const credentials = (service: string): string => join(folder, 'credentials', `${service}.creds`);
  const nats = (name: string): string => join(folder, 'nats', name);
  const vault = (name: string): string => join(folder, 'vault', name);
  return {
    folder,
    nats: { configuration: nats('nats.conf'), certificate: nats('server.crt'), key: nats('server.key') },
    ca: join(folder, 'ca.crt'),
    credentials: {
      registry: credentials('registry'),
      scheduler: credentials('scheduler'),
      gateway: credentials('gateway'),
      'cache-manager': credentials('cache-manager'),
    },
    signingKey: join(folder, 'credentials', 'agents-signing.nk'),
    historyKey: join(folder, 'credentials', 'history-signing.pem'),
    vault: {
      operator: vault('operator.nk'),
      system: vault('system-account.nk'),
      farm: vault('farm-account.nk'),
      ca: vault('ca.key'),
    },
  };
};
