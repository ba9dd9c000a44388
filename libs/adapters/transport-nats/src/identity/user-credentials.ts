import { encodeUser, fmtCreds, parseCreds } from '@nats-io/jwt';
import { createUser, fromPublic, fromSeed, type KeyPair } from '@nats-io/nkeys';
import type { Grants } from './permissions.js';

/** Longer than any request of the farm takes. */
const ANSWER_WITHIN_NS = 660 * 1_000_000_000;
const NO_LIMIT = -1;

/** The account of a farm and the key that signs for it: whoever has them can make any user. */
export type FarmSigner = { account: string; seed: string };

/** A new user's key; the seed is for its owner alone. */
export const newUserKey = (): { seed: string; publicKey: string } => {
  const key = createUser();
  return { seed: seedOf(key), publicKey: key.getPublicKey() };
};

export const publicKeyOf = (seed: string): string => fromSeed(new TextEncoder().encode(seed)).getPublicKey();

/** A key's secret, as text. */
export const seedOf = (key: KeyPair): string => new TextDecoder().decode(key.getSeed());

type NewUser = { name: string; publicKey: string; grants: Grants; expiresAt?: string };

/** What a user shows the NATS server: who it is and what it may say and hear, signed for the account. */
export const userJwt = (
  { name, publicKey, grants, expiresAt }: NewUser,
  signer: FarmSigner,
): Promise<string> => {
  const { publish, neverPublish = [], subscribe, answers } = grants;
  const user = {
    pub: { allow: [...publish], deny: [...neverPublish] },
    sub: { allow: [...subscribe], deny: [] },
    ...(answers && { resp: { max: NO_LIMIT, ttl: ANSWER_WITHIN_NS } }),
    ...{ subs: NO_LIMIT, data: NO_LIMIT, payload: NO_LIMIT },
  };
  const exp = expiresAt === undefined ? {} : { exp: Math.floor(Date.parse(expiresAt) / 1000) };
  const key = fromSeed(new TextEncoder().encode(signer.seed));
  return encodeUser(name, fromPublic(publicKey), fromPublic(signer.account), user, { signer: key, ...exp });
};

/** The account that a user's JWT says it is of, unverified; undefined where it says none. */
export const accountOf = (jwt: string): string | undefined => {
  const [, claims = ''] = jwt.split('.');
  try {
    const { nats } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Claims;
    return nats?.issuer_account;
  } catch {
    return undefined;
  }
};

type Claims = { nats?: { issuer_account?: string } };

/** The text of a `.creds` file: the JWT and the seed of its key. */
export const credsText = (jwt: string, seed: string): string =>
  new TextDecoder().decode(fmtCreds(jwt, fromSeed(new TextEncoder().encode(seed))));

/** What a `.creds` file holds. Throws for any other text. */
export const readCreds = async (text: string): Promise<{ jwt: string; seed: string; account: string }> => {
  const { jwt, key, aid } = await parseCreds(new TextEncoder().encode(text));
  return { jwt, seed: key, account: aid };
};
