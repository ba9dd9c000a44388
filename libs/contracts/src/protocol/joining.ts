import { z } from 'zod';
import { AgentLabels } from '../events/membership-events.js';
import { AgentId } from './agent-id.js';
import { Actor } from './requests.js';

const SHORTEST_TTL_SECONDS = 60;
const LONGEST_TTL_SECONDS = 7 * 86_400;

/** The public half of a user's nkey. */
export const UserPublicKey = z.string().regex(/^U[A-Z2-7]{55}$/, 'expected the public key of a NATS user');

/** `gildjoin_<id>.<secret>`: the id is no secret, the secret has 160 bits. */
export const JoinToken = z
  .string()
  .regex(/^gildjoin_[0-9a-z]{26}\.[0-9a-f]{40}$/, 'expected a join token, gildjoin_<id>.<secret>');

export const joinTokenOf = (id: string, secret: string): string => `gildjoin_${id.toLowerCase()}.${secret}`;

/** The id and the secret of a token. */
export const partsOfJoinToken = (token: string): { id: string; secret: string } => {
  const [id = '', secret = ''] = token.slice('gildjoin_'.length).split('.');
  return { id, secret };
};

/** `issueJoinToken`. `agentId`: the only name that may join with it. */
export const IssueJoinToken = z.strictObject({
  actor: Actor,
  agentId: AgentId.optional(),
  ttlSeconds: z.int().min(SHORTEST_TTL_SECONDS).max(LONGEST_TTL_SECONDS).default(3600),
  labels: AgentLabels.default([]),
});
export type IssueJoinToken = z.infer<typeof IssueJoinToken>;

/** The token is told once and is nowhere kept. */
export type IssueJoinTokenReply = { token: string; tokenId: string; expiresAt: string };

/** `joinAgent`: the token is what allows it. */
export const JoinAgent = z.object({
  token: JoinToken,
  agentId: AgentId,
  publicKey: UserPublicKey,
  release: z.string().min(1).max(64),
});
export type JoinAgent = z.infer<typeof JoinAgent>;

/** What an agent needs to find its farm; all of it is public. */
export const FarmFacts = z.object({
  natsUrl: z.string(),
  /** PEM of the authority that signs the certificate of the NATS server; absent: one that the host knows, or none. */
  ca: z.string().optional(),
  /** Where the objects are; absent: the agent is told by its host. */
  objects: z.string().optional(),
});
export type FarmFacts = z.infer<typeof FarmFacts>;

/** Credentials of an agent are good for this long; it asks for new ones at half of it. */
export const AGENT_CREDENTIALS_MS = 24 * 3_600_000;

/** What an agent shows a NATS server, beside a signature with its key, and until when that is good. */
export const UserCredentials = z.object({ jwt: z.string(), expiresAt: z.iso.datetime() });
export type UserCredentials = z.infer<typeof UserCredentials>;

export const JoinReply = z.object({ agentId: AgentId, farm: FarmFacts, credentials: UserCredentials });
export type JoinReply = z.infer<typeof JoinReply>;

/** `removeAgent` and `readmitAgent`. */
export const ChangeMembership = z.strictObject({
  agentId: AgentId,
  actor: Actor,
  reason: z.string().max(1000).optional(),
});
export type ChangeMembership = z.infer<typeof ChangeMembership>;
