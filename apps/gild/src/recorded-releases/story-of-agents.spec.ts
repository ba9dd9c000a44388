import { AgentEvent, JoinTokenEvent, MembershipEvent, streams } from '@gild/contracts';
import { agent, joinToken, membership } from '@gild/scheduler-domain';
import { sha256 } from '@gild/node-runtime';
import type { FarmStory } from './farm-story.spec.js';

const agentId = 'oak';
const by = 'ada';

/** An agent that joins, works, is drained, quarantined and removed, and comes back. */
export const agentsOfTheStory = async (story: FarmStory): Promise<void> => {
  const token = { tokenId: 'token-1', secretSha256: sha256('a secret'), agentId };
  const key = { publicKey: 'UAOAK', agentId };
  await story.about(
    streams.joinToken('token-1'),
    joinToken,
    JoinTokenEvent,
  )(
    {
      type: 'IssueJoinToken',
      data: { ...token, expiresAt: '2026-03-02T09:00:00.000Z', labels: ['rack=3'], by },
    },
    { type: 'UseJoinToken', data: { ...token, ...key, now: story.now } },
  );
  const joined = { tokenId: 'token-1', release: '0.1.0', labels: ['rack=3'], ...key };
  const member = story.about(streams.agent(agentId), membership, MembershipEvent);
  await member({ type: 'AdmitAgent', data: { ...joined, now: story.now } });
  const evidence = [{ jobId: 'job', attempt: 1, code: 'SANDBOX_FAILED', message: 'no user namespaces' }];
  const described = {
    ...{
      agentId,
      sessionId: 's1',
      arch: 'x86_64',
      emulates: ['aarch64'],
      slots: 2,
      host: 'oak',
      release: '0.1.0',
    },
    cannotBuild: [{ distribution: 'fedora', reason: 'rpm is missing' }],
    cannotBoot: [{ arch: 'aarch64', reason: 'qemu-system-aarch64 is missing' }],
    memoryBytes: 8_589_934_592,
    caps: { processes: 4096, memoryBytes: 4_294_967_296, diskBytes: 1_000_000_000, files: 100_000 },
  };
  await story.about(streams.agent(agentId), agent, AgentEvent)(
    { type: 'AnnounceAgent', data: described },
    { type: 'ReportSilence', data: { agentId, silentMs: 45_000 } },
    { type: 'AnnounceAgent', data: { ...described, sessionId: 's2' } },
    { type: 'DrainAgent', data: { agentId, by, reason: 'a new disk' } },
    { type: 'ResumeAgent', data: { agentId, by } },
    {
      type: 'QuarantineFailing',
      data: {
        agentId,
        by: 'scheduler',
        reason: 'two builds failed there',
        evidence,
        round: 0,
        now: story.now,
      },
    },
    { type: 'ReleaseAgent', data: { agentId, by } },
  );
  await member(
    {
      type: 'RemoveAgent',
      data: { agentId, by, reason: 'sold', credentialsUntil: '2026-03-01T10:00:00.000Z' },
    },
    { type: 'ReadmitAgent', data: { agentId, by } },
  );
};
