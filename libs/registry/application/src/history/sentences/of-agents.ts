import {
  type NotBuilt,
  type UnusableArch,
  type AgentEvent,
  type MembershipEvent,
  type JoinTokenEvent,
} from '@gild/contracts';
import { seconds, because, attemptOf, type SentencesOf } from './words.js';

const butNotOf = (cannotBuild: readonly NotBuilt[]): string => {
  const names = cannotBuild.map(({ distribution, release }) =>
    [distribution, release ?? []].flat().join(' '),
  );
  return names.length === 0 ? '' : `, but no images of ${names.join(', ')}`;
};
const butNoBoots = (cannotBoot: readonly UnusableArch[]): string =>
  cannotBoot.length === 0 ? '' : `, but no boot tests of ${cannotBoot.map(({ arch }) => arch).join(', ')}`;

/** Sentences on agents and how they come and go. */
export const ofAgents: SentencesOf<AgentEvent | MembershipEvent | JoinTokenEvent> = {
  AgentAnnounced: ({
    agentId,
    arch,
    emulates = [],
    cannotBuild = [],
    cannotBoot = [],
    slots,
    host,
    release,
  }) =>
    `agent ${agentId} on ${host} offers ${String(slots)} ${slots === 1 ? 'slot' : 'slots'} for ${[arch, ...emulates.map((other) => `emulated ${other}`)].join(' and ')}${butNotOf(cannotBuild)}${butNoBoots(cannotBoot)} (release ${release})`,
  AgentSilent: ({ agentId, silentMs }) => `agent ${agentId} has been silent for ${seconds(silentMs)}`,
  JoinTokenIssued: ({ by, agentId, expiresAt }) =>
    `${by} may have ${agentId === undefined ? 'one agent' : `agent ${agentId}`} join until ${expiresAt}`,
  JoinTokenUsed: ({ agentId }) => `agent ${agentId} joined with the token`,
  AgentJoined: ({ agentId, tokenId, labels = [] }) =>
    `agent ${agentId} joined the farm with token ${tokenId}${labels.length === 0 ? '' : ` (${labels.join(', ')})`}`,
  AgentRemoved: ({ agentId, by, reason }) => `${by} removed agent ${agentId} from the farm${because(reason)}`,
  AgentReadmitted: ({ agentId, by, reason }) => `${by} lets agent ${agentId} join again${because(reason)}`,
  AgentDrainRequested: ({ agentId, by, reason }) =>
    `${by} drains agent ${agentId}: it gets nothing new${reason === undefined ? '' : ` (${reason})`}`,
  AgentResumed: ({ agentId, by }) => `${by} ended the draining of agent ${agentId}`,
  AgentQuarantined: ({ agentId, by, reason, until, evidence }) =>
    `${by} quarantined agent ${agentId} until ${until ?? 'it is released'}: ${reason}${evidence.length === 0 ? '' : ` (${evidence.map(attemptOf).join(', ')})`}`,
  AgentReleased: ({ agentId, by, reason }) =>
    `${by} released agent ${agentId} from quarantine${because(reason)}`,
};
