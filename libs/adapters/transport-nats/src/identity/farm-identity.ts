import { type Account, encodeAccount, encodeOperator } from '@nats-io/jwt';
import { createAccount, createOperator, type KeyPair } from '@nats-io/nkeys';
import { SERVICE_GRANTS, SERVICES, type ServiceName } from './permissions.js';
import { credsText, newUserKey, seedOf, userJwt } from './user-credentials.js';

/** The keys of a farm and what they signed. */
export type FarmIdentity = {
  operator: { jwt: string; seed: string };
  system: { publicKey: string; jwt: string; seed: string };
  farm: { publicKey: string; jwt: string; seed: string };
  /** Signs users of the farm's account, and nothing else. */
  signingSeed: string;
  /** Texts of `.creds` files. */
  creds: Readonly<Record<ServiceName, string>>;
};

const UNLIMITED: NonNullable<Account['limits']> = {
  ...{ subs: -1, data: -1, payload: -1, conn: -1, imports: 0, exports: 0, wildcards: true },
  leaf: 0, // nobody attaches a server of their own
};

/** Everything new: an operator, its system account, the account of the farm, and a user for each service. */
export const newFarmIdentity = async (): Promise<FarmIdentity> => {
  const [operator, system, farm, signing] = [
    createOperator(),
    createAccount(),
    createAccount(),
    createAccount(),
  ];
  const account = async (name: string, key: KeyPair, rest: Partial<Account> = {}) => ({
    publicKey: key.getPublicKey(),
    jwt: await encodeAccount(name, key, { limits: UNLIMITED, ...rest }, { signer: operator }),
    seed: seedOf(key),
  });
  const signer = { account: farm.getPublicKey(), seed: seedOf(signing) };
  const creds = SERVICES.map(async (name): Promise<[ServiceName, string]> => {
    const { seed, publicKey } = newUserKey();
    return [name, credsText(await userJwt({ name, publicKey, grants: SERVICE_GRANTS[name] }, signer), seed)];
  });
  const jwt = await encodeOperator('gild', operator, { system_account: system.getPublicKey() });
  return {
    operator: { jwt, seed: seedOf(operator) },
    system: await account('SYS', system),
    farm: await account('FARM', farm, { signing_keys: [signing.getPublicKey()] }),
    signingSeed: signer.seed,
    creds: Object.fromEntries(await Promise.all(creds)) as Record<ServiceName, string>,
  };
};
