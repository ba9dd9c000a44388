import {
  ArtifactRefused,
  ArtifactsAccepted,
  publishedArtifacts,
  VersionPublished,
  type VersionEvent,
} from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import { z } from 'zod';

export const VersionCommand = oneOf(
  command('AcceptArtifacts', ArtifactsAccepted.shape.data.shape),
  command('PublishVersion', VersionPublished.shape.data.shape),
  command('RefuseArtifact', {
    ...ArtifactRefused.shape.data.shape,
    /** Whether the number is still held for the build: without it nothing that was accepted can be confirmed any more. */
    isHeld: z.boolean(),
  }),
);
export type VersionCommand = z.infer<typeof VersionCommand>;

export type VersionState = {
  /** Every artifact of it, first that of its first architecture. */
  published?: readonly PublishedArtifact[];
  accepted: readonly AttemptOfJob[];
  refused: readonly AttemptOfJob[];
};

export type VersionRejection =
  | { code: 'VERSION_EXISTS'; checksum: string }
  /** Its verdict is there already, and is the other one. */
  | { code: 'ARTIFACT_ACCEPTED' }
  | { code: 'ARTIFACT_REFUSED' };

/**
 * One version of an image: its bytes, for all its architectures, are set once and never change. An artifact has one verdict,
 * the first that is recorded, however many registries judge it.
 */
export const version: Decider<VersionState, VersionCommand, VersionEvent, VersionRejection> = {
  initial: { accepted: [], refused: [] },
  decide: ({ type, data }, state) => {
    const { published } = state;
    switch (type) {
      case 'AcceptArtifacts':
        return acceptArtifacts(data, state);
      case 'PublishVersion':
        if (published === undefined) return accept({ type: 'VersionPublished', data });
        return areSame(published, artifactsOf(data)) ? accept() : reject(exists(published));
      case 'RefuseArtifact':
        return refuseArtifact(data, state);
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'ArtifactsAccepted':
        return { ...state, accepted: [...state.accepted, ...data.artifacts] };
      case 'VersionPublished':
        return { ...state, published: artifactsOf(data) };
      case 'ArtifactRefused':
        return { ...state, refused: [...state.refused, { jobId: data.jobId, attempt: data.attempt }] };
    }
  },
};

type AttemptOfJob = { jobId: string; attempt: number };
type PublishedArtifact = AttemptOfJob & { checksum: string };
type DataOf<T extends VersionCommand['type']> = Extract<VersionCommand, { type: T }>['data'];
type VersionDecision = Decision<VersionEvent, VersionRejection>;

const acceptArtifacts = (
  data: DataOf<'AcceptArtifacts'>,
  { published, accepted, refused }: VersionState,
): VersionDecision => {
  if (data.artifacts.some((it) => includesAttempt(refused, it))) return reject({ code: 'ARTIFACT_REFUSED' });
  if (data.artifacts.every((it) => includesAttempt(accepted, it))) return accept();
  return published === undefined ? accept({ type: 'ArtifactsAccepted', data }) : reject(exists(published));
};

const refuseArtifact = (
  { isHeld, ...data }: DataOf<'RefuseArtifact'>,
  { published, accepted, refused }: VersionState,
): VersionDecision => {
  // Not a later attempt of the build either: it has its version, and is not to be tried again.
  if (published?.some(({ jobId }) => jobId === data.jobId) === true) return reject(exists(published));
  if (includesAttempt(refused, data)) return accept();
  return isHeld && includesAttempt(accepted, data)
    ? reject({ code: 'ARTIFACT_ACCEPTED' })
    : accept({ type: 'ArtifactRefused', data });
};

const artifactsOf = (publication: DataOf<'PublishVersion'>): PublishedArtifact[] =>
  publishedArtifacts(publication).map(({ jobId, attempt, artifact }) => ({
    ...{ jobId, attempt },
    checksum: artifact.object.sha256,
  }));

const areSame = (some: readonly PublishedArtifact[], others: readonly PublishedArtifact[]): boolean =>
  some.length === others.length &&
  some.every(({ jobId, checksum }, index) => {
    const other = others[index];
    return other?.jobId === jobId && other.checksum === checksum;
  });

const exists = ([first]: readonly PublishedArtifact[]): VersionRejection => ({
  code: 'VERSION_EXISTS',
  checksum: first?.checksum ?? '',
});

/** Whether the artifact of this very attempt is among them. */
export const includesAttempt = (some: readonly AttemptOfJob[], { jobId, attempt }: AttemptOfJob): boolean =>
  some.some((it) => it.jobId === jobId && it.attempt === attempt);
