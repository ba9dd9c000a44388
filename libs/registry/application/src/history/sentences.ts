import {
  AgentEvent,
  type BaseVersion,
  type FurtherArtifact,
  HostCacheEvent,
  ImageEvent,
  JobEvent,
  JoinTokenEvent,
  MembershipEvent,
  type NotBuilt,
  type UnusableArch,
  partsOf,
  PlacementEvent,
  type PlannedStep,
  PolicyEvent,
  publishedArtifacts,
  VersionEvent,
} from '@gild/contracts';
import { eventParser } from '@gild/application-core';
import type { RecordedEvent } from '@gild/ports';
import { z } from 'zod';

const KnownEvent = z.union([
  ImageEvent,
  VersionEvent,
  JobEvent,
  AgentEvent,
  MembershipEvent,
  JoinTokenEvent,
  PlacementEvent,
  PolicyEvent,
  HostCacheEvent,
]);
type KnownEvent = z.infer<typeof KnownEvent>;
type Facts<T extends KnownEvent['type']> = Extract<KnownEvent, { type: T }>['data'];
type Sentences = { [T in KnownEvent['type']]: (facts: Facts<T>) => string };

const parse = eventParser(KnownEvent);

/** What an event says to a person, in one sentence. An event of a newer release is told by its name. */
export const sentenceOf = (recorded: RecordedEvent): string => {
  const event = parse(recorded);
  if (event === undefined) return `${recorded.type} (recorded by another release)`;
  const tell = sentences[event.type] as (facts: KnownEvent['data']) => string;
  return tell(event.data);
};

const short = (digest: string): string => digest.slice(0, 12);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
const untested = (steps: readonly PlannedStep[]): string =>
  steps
    .flatMap(({ boots = [] }) => boots)
    .map((boot) =>
      boot.untested === undefined ? '' : `; not tested with ${boot.firmware}: ${boot.untested}`,
    )
    .join('');

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);
const again = (retryAt: string | undefined): string =>
  retryAt === undefined ? '' : `; it may be tried again from ${retryAt}`;
const startedFrom = (base: BaseVersion | undefined): string =>
  base === undefined ? '' : `, started from ${base.imageName}@${base.version}`;
const butNotOf = (cannotBuild: readonly NotBuilt[]): string => {
  const names = cannotBuild.map(({ distribution, release }) =>
    [distribution, release ?? []].flat().join(' '),
  );
  return names.length === 0 ? '' : `, but no images of ${names.join(', ')}`;
};
const butNoBoots = (cannotBoot: readonly UnusableArch[]): string =>
  cannotBoot.length === 0 ? '' : `, but no boot tests of ${cannotBoot.map(({ arch }) => arch).join(', ')}`;
const attemptOf = ({ jobId, attempt }: { jobId: string; attempt: number }): string =>
  `attempt ${String(attempt)} of build ${jobId}`;

/** The architecture is told where there are several. */
const artifactsText = (built: readonly FurtherArtifact[]): string =>
  built
    .map(({ artifact: { object, format, arch } }) => {
      const text = `${gibibytes(object.sizeBytes)} ${format}, sha256 ${short(object.sha256)}`;
      return built.length === 1 ? text : `${arch} ${text}`;
    })
    .join('; ');
const copyOf = (copy: Omit<Facts<'CacheEntryEvicted'>, 'reason'>): string =>
  `${copy.imageName}@${copy.version} for ${copy.arch} (${gibibytes(copy.sizeBytes)})`;
const whyEvicted = {
  expired: 'its time was over',
  size: 'the cache was larger than the policy lets it be',
  disk: 'the disk had less room than the policy keeps free',
};
const ofCache = { hit: ', from the cache', miss: ', made anew', none: '' };

const sentences: Sentences = {
  ImageDefined: ({ imageName, definitionDigest }) =>
    `${imageName} has a new definition (${short(definitionDigest)})`,
  VersionReserved: ({ version, base, ...build }) =>
    `${version} is reserved for ${partsOf(build)
      .map(({ jobId, arch }) => `build ${jobId} on ${arch}`)
      .join(' and ')}${startedFrom(base)}`,
  VersionConfirmed: ({ version, jobId, attempt, others = [] }) =>
    `${version} belongs to ${[{ jobId, attempt }, ...others].map(attemptOf).join(' and ')}: ${others.length === 0 ? 'its artifact was' : 'their artifacts were'} checked`,
  VersionReleased: ({ version, jobId }) => `${version} is free again: build ${jobId} made nothing of it`,
  ArtifactsAccepted: ({ artifacts }) =>
    `the ${artifacts.length === 1 ? 'artifact' : 'artifacts'} of ${artifacts.map(attemptOf).join(' and ')} ${artifacts.length === 1 ? 'was' : 'were'} accepted`,
  VersionPublished: ({ base, ...published }) =>
    `${published.imageName}@${published.version} is published: ${artifactsText(publishedArtifacts(published))}${startedFrom(base)}`,
  ArtifactRefused: ({ jobId, attempt, message }) =>
    `the artifact of attempt ${String(attempt)} of build ${jobId} was refused: ${message}`,
  BuildRequested: ({ imageName, imageVersion, arch, requestedBy }) =>
    `${requestedBy} asked for ${imageName}@${imageVersion} on ${arch}`,
  BuildWaiting: ({ reason }) => `the build waits: ${reason.message}`,
  BuildsPlaced: ({ grants }) =>
    `decided together: ${grants.map(({ jobId, agentId }) => `build ${jobId} goes to agent ${agentId}`).join(', ')}`,
  AttemptGranted: ({ attempt, agentId, emulated }) =>
    `attempt ${String(attempt)} goes to agent ${agentId}${emulated === true ? ', emulated' : ''}`,
  PlanResolved: ({ attempt, steps }) =>
    `attempt ${String(attempt)} has ${String(steps.length)} steps, ${String(steps.filter(({ cached }) => cached).length)} of them cached${untested(steps)}`,
  StepStarted: ({ step }) => `${step} started`,
  StepFinished: ({ step, status, durationMs, cache }) =>
    status === 'skipped'
      ? `${step} skipped`
      : `${step} ${status} after ${seconds(durationMs)}${ofCache[cache]}`,
  BootTested: ({ firmware, accelerator, passed, failure, checks }) =>
    passed
      ? `the image boots from ${firmware} (${accelerator}) and passes ${String(checks.length)} checks`
      : `the image fails its boot test from ${firmware} (${accelerator})${because(failure)}`,
  AttemptParked: ({ attempt, reason }) => `attempt ${String(attempt)} is parked: ${reason.message}`,
  AttemptResumed: ({ attempt }) => `attempt ${String(attempt)} goes on`,
  LogStored: ({ attempt, log }) =>
    `the log of attempt ${String(attempt)} is stored: ${String(log.sizeBytes)} bytes${log.truncated ? ', cut off' : ''}`,
  ArtifactReported: ({ attempt, artifact }) =>
    `attempt ${String(attempt)} made an image: ${gibibytes(artifact.object.sizeBytes)}, sha256 ${short(artifact.object.sha256)}`,
  AttemptFailed: ({ attempt, failure, retryAt }) =>
    `attempt ${String(attempt)} failed (${failure.class}): ${failure.message}${again(retryAt)}`,
  AttemptLost: ({ attempt, agentId, message, retryAt }) =>
    `attempt ${String(attempt)} is lost with agent ${agentId}: ${message}${again(retryAt)}`,
  LateReportRefused: ({ attempt, currentAttempt, agentId }) =>
    `agent ${agentId} reported on attempt ${String(attempt)} when ${String(currentAttempt)} was current; nothing of it was used`,
  CancelRequested: ({ by, reason }) => `${by} asked to cancel the build${because(reason)}`,
  BuildCancelled: ({ by }) => `the build is cancelled, as ${by} asked`,
  BuildCompleted: ({ attempt, version }) => `attempt ${String(attempt)} completed the build: ${version}`,
  BuildFailed: ({ failure, attempts }) =>
    `the build failed after ${String(attempts)} ${attempts === 1 ? 'attempt' : 'attempts'} (${failure.class}): ${failure.message}`,
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
  PolicySet: ({ by }) => `${by} set the policy`,
  ImageCached: ({ expiresAt, ...copy }) => `${copyOf(copy)} is cached on ${copy.host} until ${expiresAt}`,
  CacheEntryEvicted: ({ reason, ...copy }) =>
    `${copyOf(copy)} was removed from the cache of ${copy.host}: ${whyEvicted[reason]}`,
  CacheEntryDamaged: ({ foundSha256, quarantinePath, ...copy }) =>
    `${copyOf(copy)} was found damaged on ${copy.host} (sha256 ${short(foundSha256)}), and put aside as ${quarantinePath}`,
};
