import { ArtifactRefused, VersionPublished, type VersionEvent } from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider } from '@gild/kernel';
import type { z } from 'zod';

export const VersionCommand = oneOf(
  command('PublishVersion', VersionPublished.shape.data.shape),
  command('RefuseArtifact', ArtifactRefused.shape.data.shape),
);
export type VersionCommand = z.infer<typeof VersionCommand>;

export type VersionState = {
  published?: { jobId: string; attempt: number; checksum: string };
  refused: readonly { jobId: string; attempt: number }[];
};

export type VersionRejection = { code: 'VERSION_EXISTS'; checksum: string };

/** One version of an image: its bytes are set once and never change. */
export const version: Decider<VersionState, VersionCommand, VersionEvent, VersionRejection> = {
  initial: { refused: [] },
  decide: ({ type, data }, { published, refused }) => {
    switch (type) {
      case 'PublishVersion':
        if (published === undefined) return accept({ type: 'VersionPublished', data });
        return published.checksum === data.artifact.object.sha256 && published.jobId === data.jobId
          ? accept()
          : reject({ code: 'VERSION_EXISTS', checksum: published.checksum });
      case 'RefuseArtifact':
        if (published !== undefined && isSameAttempt(published, data))
          return reject({ code: 'VERSION_EXISTS', checksum: published.checksum });
        return refused.some((earlier) => isSameAttempt(earlier, data))
          ? accept()
          : accept({ type: 'ArtifactRefused', data });
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'VersionPublished': {
        const { jobId, attempt, artifact } = data;
        return { ...state, published: { jobId, attempt, checksum: artifact.object.sha256 } };
      }
      case 'ArtifactRefused':
        return { ...state, refused: [...state.refused, { jobId: data.jobId, attempt: data.attempt }] };
    }
  },
};

type AttemptOfJob = { jobId: string; attempt: number };

const isSameAttempt = (one: AttemptOfJob, other: AttemptOfJob): boolean =>
  one.jobId === other.jobId && one.attempt === other.attempt;
