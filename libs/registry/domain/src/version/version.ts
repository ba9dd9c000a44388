import { ArtifactRefused, publishedArtifacts, VersionPublished, type VersionEvent } from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider } from '@gild/kernel';
import type { z } from 'zod';

export const VersionCommand = oneOf(
  command('PublishVersion', VersionPublished.shape.data.shape),
  command('RefuseArtifact', ArtifactRefused.shape.data.shape),
);
export type VersionCommand = z.infer<typeof VersionCommand>;

export type VersionState = {
  /** Every artifact of it, first that of its first architecture. */
  published?: readonly PublishedArtifact[];
  refused: readonly AttemptOfJob[];
};

export type VersionRejection = { code: 'VERSION_EXISTS'; checksum: string };

/** One version of an image: its bytes, for all its architectures, are set once and never change. */
export const version: Decider<VersionState, VersionCommand, VersionEvent, VersionRejection> = {
  initial: { refused: [] },
  decide: ({ type, data }, { published, refused }) => {
    switch (type) {
      case 'PublishVersion':
        if (published === undefined) return accept({ type: 'VersionPublished', data });
        return areSame(published, artifactsOf(data)) ? accept() : reject(exists(published));
      case 'RefuseArtifact':
        // Not a later attempt of the build either: it has its version, and is not to be tried again.
        if (published?.some(({ jobId }) => jobId === data.jobId) === true) return reject(exists(published));
        return refused.some((earlier) => isSameAttempt(earlier, data))
          ? accept()
          : accept({ type: 'ArtifactRefused', data });
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'VersionPublished':
        return { ...state, published: artifactsOf(data) };
      case 'ArtifactRefused':
        return { ...state, refused: [...state.refused, { jobId: data.jobId, attempt: data.attempt }] };
    }
  },
};

type AttemptOfJob = { jobId: string; attempt: number };
type PublishedArtifact = AttemptOfJob & { checksum: string };
type Publication = Extract<VersionCommand, { type: 'PublishVersion' }>['data'];

const artifactsOf = (publication: Publication): PublishedArtifact[] =>
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

const isSameAttempt = (one: AttemptOfJob, other: AttemptOfJob): boolean =>
  one.jobId === other.jobId && one.attempt === other.attempt;
