import { randomBytes } from 'node:crypto';
import { AGENT_CREDENTIALS_MS, type UserCredentials } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Admission } from '@gild/scheduler-application';
import { settingFile } from '@gild/service-edge';
import { agentGrants, type FarmSigner, publicKeyOf, readCreds, userJwt } from '@gild/transport-nats';
import type { SchedulerConfig } from './config.js';

const SECRET_BYTES = 20;

/** How agents are let in, when there is a key to sign for them with. Fault: INVALID_REQUEST, naming the setting. */
export const admissionOf = async (config: SchedulerConfig): Promise<Admission | undefined> => {
  if (config.GILD_NATS_SIGNING_KEY === undefined) return undefined;
  const signer = await signerOf(config.GILD_NATS_SIGNING_KEY, config.GILD_NATS_CREDS);
  const ca =
    config.GILD_NATS_CA === undefined ? {} : { ca: settingFile('GILD_NATS_CA', config.GILD_NATS_CA) };
  return {
    newSecret: () => randomBytes(SECRET_BYTES).toString('hex'),
    credentialsOf: (agent) => credentialsOf(agent, signer),
    farm: {
      natsUrl: config.GILD_AGENTS_NATS_URL ?? config.GILD_NATS_URL,
      objects: config.GILD_AGENTS_OBJECTS,
      ...ca,
    },
  };
};

const credentialsOf = async (
  { agentId, publicKey }: { agentId: string; publicKey: string },
  signer: FarmSigner,
): Promise<UserCredentials> => {
  const expiresAt = new Date(Date.now() + AGENT_CREDENTIALS_MS).toISOString();
  const user = { name: `agent ${agentId}`, publicKey, grants: agentGrants(agentId), expiresAt };
  return { jwt: await userJwt(user, signer), expiresAt };
};

/** The account is the one the scheduler's own credentials are of. */
const signerOf = async (keyFile: string, credsFile: string | undefined): Promise<FarmSigner> => {
  const seed = settingFile('GILD_NATS_SIGNING_KEY', keyFile).trim();
  if (!isAccountSeed(seed))
    throw new Fault(
      'INVALID_REQUEST',
      `GILD_NATS_SIGNING_KEY: ${keyFile} is no signing key of a NATS account`,
    );
  if (credsFile === undefined)
    throw new Fault(
      'INVALID_REQUEST',
      'GILD_NATS_SIGNING_KEY wants GILD_NATS_CREDS too: they say for which account it signs',
    );
  return { account: (await readCreds(settingFile('GILD_NATS_CREDS', credsFile))).account, seed };
};

const isAccountSeed = (seed: string): boolean => {
  try {
    return publicKeyOf(seed).startsWith('A');
  } catch {
    return false;
  }
};
