import {
  partsOf,
  publishedArtifacts,
  type BaseVersion,
  type FurtherArtifact,
  type ImageEvent,
  type ProvenanceEvent,
  type VersionEvent,
  type StorageEvent,
} from '@gild/contracts';
import { short, gibibytes, because, attemptOf, type SentencesOf } from './words.js';

const startedFrom = (base: BaseVersion | undefined): string =>
  base === undefined ? '' : `, started from ${base.imageName}@${base.version}`;
/** The architecture is told where there are several. */
const artifactsText = (built: readonly FurtherArtifact[]): string =>
  built
    .map(({ artifact: { object, format, arch } }) => {
      const text = `${gibibytes(object.sizeBytes)} ${format}, sha256 ${short(object.sha256)}`;
      return built.length === 1 ? text : `${arch} ${text}`;
    })
    .join('; ');
const objects = (keys: readonly string[]): string => `the objects ${keys.join(', ')}`;
const MOVED = {
  promotion: (channel: string, from: string | undefined) =>
    from === undefined ? `began the channel ${channel} with` : `moved the channel ${channel} from ${from} to`,
  rollback: (channel: string, from: string | undefined) =>
    `rolled the channel ${channel} back from ${from ?? 'nothing'} to`,
  withdrawal: (channel: string, from: string | undefined) =>
    `revoked ${from ?? 'what it pointed to'}, so that the channel ${channel} goes back to`,
};

/** Sentences on what becomes of images, their versions and what is stored of them. */
export const ofVersions: SentencesOf<ImageEvent | VersionEvent | ProvenanceEvent | StorageEvent> = {
  ImageDefined: ({ imageName, definitionDigest }) =>
    `${imageName} has a new definition (${short(definitionDigest)})`,
  VersionReserved: ({ version, base, ...build }) =>
    `${version} is reserved for ${partsOf(build)
      .map(({ jobId, arch }) => `build ${jobId} on ${arch}`)
      .join(' and ')}${startedFrom(base)}`,
  VersionConfirmed: ({ version, jobId, attempt, others = [] }) =>
    `${version} belongs to ${[{ jobId, attempt }, ...others].map(attemptOf).join(' and ')}: ${others.length === 0 ? 'its artifact was' : 'their artifacts were'} checked`,
  ChannelMoved: ({ channel, version, from, how, by, reason }) =>
    `${by} ${MOVED[how](channel, from)} ${version}${because(reason)}`,
  ChannelRemoved: ({ channel, from, by, reason }) =>
    `${by} removed the channel ${channel}, which pointed to ${from}${because(reason)}`,
  VersionDeprecated: ({ version, replacement, by, reason }) =>
    `${by} deprecated ${version}${replacement === undefined ? '' : ` in favour of ${replacement}`}${because(reason)}`,
  DeprecationWithdrawn: ({ version, by, reason }) =>
    `${by} withdrew the deprecation of ${version}${because(reason)}`,
  VersionRevoked: ({ version, by, reason, inherited }) =>
    inherited === undefined
      ? `${by} revoked ${version}: ${reason}`
      : `${version} is revoked because ${inherited.imageName}@${inherited.version}, which it is built on, was revoked by ${by}: ${reason}`,
  VersionDeleted: ({ version, by, forced, reason }) =>
    `${by} deleted ${version}${forced ? ', although it was in use' : ''}${because(reason)}`,
  VersionReleased: ({ version, jobId }) => `${version} is free again: build ${jobId} made nothing of it`,
  ArtifactsAccepted: ({ artifacts }) =>
    `the ${artifacts.length === 1 ? 'artifact' : 'artifacts'} of ${artifacts.map(attemptOf).join(' and ')} ${artifacts.length === 1 ? 'was' : 'were'} accepted`,
  VersionPublished: ({ base, ...published }) =>
    `${published.imageName}@${published.version} is published: ${artifactsText(publishedArtifacts(published))}${startedFrom(base)}`,
  ProvenanceSigned: ({ imageName, version, keyId, envelopes }) =>
    `the provenance of ${imageName}@${version} is signed with key ${keyId}${envelopes.length === 1 ? '' : `, for ${envelopes.map(({ arch }) => arch).join(' and ')}`}`,
  ArtifactRefused: ({ jobId, attempt, message }) =>
    `the artifact of attempt ${String(attempt)} of build ${jobId} was refused: ${message}`,
  ObjectsCondemned: ({ keys, version }) =>
    `${objects(keys)} of the deleted ${version.imageName}@${version.version} are to be removed`,
  ObjectsSpared: ({ keys }) => `${objects(keys)} are needed after all, and stay`,
  ObjectsRemoved: ({ keys }) => `${objects(keys)} were removed`,
};
