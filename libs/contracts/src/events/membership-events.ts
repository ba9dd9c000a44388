import { event, oneOf } from '@gild/kernel';
import { z } from 'zod';

/** Words for people by which agents are told apart: the rack, the owner, the purpose. */
export const AgentLabels = z
  .array(
    z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._=/-]{0,62}$/, 'expected a label such as rack=3, at most 63 characters'),
  )
  .max(16);

/** Somebody may join an agent, once, until then; `agentId`: under that name alone. Of the secret only its digest is known. */
export const JoinTokenIssued = event('JoinTokenIssued', {
  tokenId: z.string(),
  secretSha256: z.string(),
  expiresAt: z.string(),
  agentId: z.string().optional(),
  labels: z.array(z.string()).optional(),
  by: z.string(),
});

/** An agent joined with the token. */
export const JoinTokenUsed = event('JoinTokenUsed', {
  tokenId: z.string(),
  agentId: z.string(),
  publicKey: z.string(),
});

/** Everything that can be recorded in a `joinToken-…` stream. */
export const JoinTokenEvent = oneOf(JoinTokenIssued, JoinTokenUsed);
export type JoinTokenEvent = z.infer<typeof JoinTokenEvent>;

/** Whoever has the private key of that public one may take part under the name. */
export const AgentJoined = event('AgentJoined', {
  agentId: z.string(),
  publicKey: z.string(),
  tokenId: z.string(),
  release: z.string(),
  labels: z.array(z.string()).optional(),
});

/** Nobody takes part under the name any more. */
export const AgentRemoved = event('AgentRemoved', {
  agentId: z.string(),
  by: z.string(),
  reason: z.string().optional(),
  /** Credentials it was given may let it speak under the name until then; nothing it says counts. */
  credentialsUntil: z.string().optional(),
});

/** The name of an agent that was removed may be joined under again. */
export const AgentReadmitted = event('AgentReadmitted', {
  agentId: z.string(),
  by: z.string(),
  reason: z.string().optional(),
});

/** What `agent-…` streams hold beside the agent's presence: whether it belongs to the farm. */
export const MembershipEvent = oneOf(AgentJoined, AgentRemoved, AgentReadmitted);
export type MembershipEvent = z.infer<typeof MembershipEvent>;
