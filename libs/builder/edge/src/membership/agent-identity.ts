import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AgentId, FarmFacts, UserCredentials, UserPublicKey } from '@gild/contracts';
import { syncPath } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { accountOf, newUserKey, publicKeyOf } from '@gild/transport-nats';
import { z } from 'zod';

/** What an agent has of its farm once it joined: who it is there, and where the farm is. */
export const AgentIdentity = z.object({
  agentId: AgentId,
  publicKey: UserPublicKey,
  /** The secret half of the key; it was made on this host and never leaves it. */
  seed: z.string(),
  credentials: UserCredentials,
  farm: FarmFacts,
});
export type AgentIdentity = z.infer<typeof AgentIdentity>;

const identityFile = (state: string): string => join(state, 'agent-identity.json');
const keyFile = (state: string): string => join(state, 'agent.nk');

/**
 * The identity kept in the agent's folder; undefined before it joined. Fault: INVALID_REQUEST for a file that is none, or that cannot
 * be read.
 */
export const readIdentity = async (state: string): Promise<AgentIdentity | undefined> => {
  const path = identityFile(state);
  const text = await textOf(path);
  if (text === undefined) return undefined;
  const parsed = AgentIdentity.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => issue.path.join('.') || 'not JSON').join(', ');
  throw new Fault(
    'INVALID_REQUEST',
    `${path} is no identity of an agent (${why}): join again with: gild agent join`,
  );
};

/** What joining again replaces: the same, and undefined for a file that is none. Fault: INVALID_REQUEST where it cannot be read. */
export const formerIdentity = async (state: string): Promise<AgentIdentity | undefined> => {
  const text = await textOf(identityFile(state));
  return text === undefined ? undefined : AgentIdentity.safeParse(parsedJson(text)).data;
};

/** Whether the farm that gave these credentials gave those of the identity too: it signs both for its own account. */
export const isOfFarm = (identity: AgentIdentity, { jwt }: UserCredentials): boolean =>
  accountOf(identity.credentials.jwt) === accountOf(jwt);

/** Keeps it, whole or not at all, for the owner's eyes alone. */
export const writeIdentity = (state: string, identity: AgentIdentity): Promise<void> =>
  writePrivately(identityFile(state), `${JSON.stringify(identity, null, 2)}\n`);

/**
 * The agent's key: the one in its folder, or a new one, which is there before anybody hears of it. Fault: INVALID_REQUEST for a
 * file that is none, or a folder that cannot be made.
 */
export const agentKey = async (state: string): Promise<{ seed: string; publicKey: string }> => {
  await mkdir(state, { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(`${state} cannot be made`, 'a folder that this user may make', cause);
  });
  const path = keyFile(state);
  const kept = await textOf(path);
  if (kept !== undefined) return keyIn(path, kept.trim());
  const key = newUserKey();
  await writePrivately(path, `${key.seed}\n`);
  return key;
};

const keyIn = (path: string, seed: string): { seed: string; publicKey: string } => {
  try {
    return { seed, publicKey: UserPublicKey.parse(publicKeyOf(seed)) };
  } catch (cause) {
    throw new Fault('INVALID_REQUEST', `${path} is no key of an agent: remove it, and join with a new one`, {
      cause,
    });
  }
};

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(`${path} cannot be read`, "a file in a folder that is this user's own", cause);
  }
};

const unusable = (what: string, expected: string, cause: unknown): Fault => {
  const { code, message } = cause as NodeJS.ErrnoException;
  const remedy = 'mend it, or name another folder with GILD_STATE or --state';
  return new Fault('INVALID_REQUEST', `${what} (${code ?? message}): expected ${expected}; ${remedy}`, {
    cause,
  });
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const writePrivately = async (path: string, text: string): Promise<void> => {
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const file = await open(partial, 'wx', 0o600);
    await file
      .writeFile(text)
      .then(() => file.sync())
      .finally(() => file.close());
    await rename(partial, path);
    await syncPath(dirname(path));
  } finally {
    await rm(partial, { force: true });
  }
};
