import { readFileSync } from 'node:fs';
import { Fault } from '@gild/ports';
import { type NatsAccess, type NatsCredentials, readCreds } from '@gild/transport-nats';
import { plaintextProblem, wantsTls } from './nats-url.js';

/** What `natsSettings` read. */
export type NatsConfig = {
  GILD_NATS_URL: string;
  GILD_NATS_CREDS?: string | undefined;
  GILD_NATS_CA?: string | undefined;
  GILD_NATS_PLAINTEXT: 'refused' | 'allowed';
};

/** What is known of the farm without being set: what counts where no setting says otherwise. */
export type NatsFarm = { ca?: string | undefined; credentials?: (() => NatsCredentials) | undefined };

/** How NATS is reached, with the files that the settings name. Fault: INVALID_REQUEST, naming the setting and the file. */
export const natsAccess = async (config: NatsConfig, known: NatsFarm = {}): Promise<NatsAccess> => {
  const { GILD_NATS_URL: servers, GILD_NATS_CREDS: credsFile } = config;
  const ca = authorityOf(config, known);
  const problem = plaintextProblem(servers, ca !== undefined);
  if (problem !== undefined && config.GILD_NATS_PLAINTEXT === 'refused')
    throw new Fault('INVALID_REQUEST', problem);
  const credentials = credsFile === undefined ? known.credentials : await credentialsIn(credsFile);
  const tls = ca !== undefined || wantsTls(servers) ? { ca } : undefined;
  return { servers, credentials, tls };
};

const authorityOf = ({ GILD_NATS_CA: file }: NatsConfig, known: NatsFarm): string | undefined => {
  if (file === undefined) return known.ca;
  const ca = settingFile('GILD_NATS_CA', file);
  if (ca.includes('-----BEGIN CERTIFICATE-----')) return ca;
  throw new Fault('INVALID_REQUEST', `GILD_NATS_CA: ${file} has no certificate (PEM)`);
};

/** The text of the file a setting names. Fault: INVALID_REQUEST. */
export const settingFile = (setting: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Fault('INVALID_REQUEST', `${setting}: ${path} cannot be read (${code ?? message})`, { cause });
  }
};

const credentialsIn = async (path: string): Promise<() => NatsCredentials> => {
  const text = settingFile('GILD_NATS_CREDS', path);
  try {
    const credentials = await readCreds(text);
    return () => credentials;
  } catch (cause) {
    throw new Fault('INVALID_REQUEST', `GILD_NATS_CREDS: ${path} is no credentials file of NATS`, { cause });
  }
};
