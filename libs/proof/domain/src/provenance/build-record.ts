import type { Artifact, BuildRequested, JobEvent } from '@gild/contracts';
import { z } from 'zod';

const Download = z.looseObject({ url: z.string(), sha256: z.hash('sha256'), arch: z.string().optional() });

/**
 * What the provenance needs of the inputs of a build; those of old releases have it too. A taskserv stays as it was read, with what
 * is not named here and without anything added: its digest is taken over all of it.
 */
export const RecordedInputs = z.object({
  engine: z.int(),
  taskservs: z.array(
    z.looseObject({
      name: z.string(),
      installation: z.looseObject({ downloads: z.array(Download).optional() }).optional(),
    }),
  ),
  base: z.looseObject({ imageName: z.string(), version: z.string(), checksum: z.hash('sha256') }).optional(),
});
export type RecordedInputs = z.infer<typeof RecordedInputs>;

type Request = z.infer<typeof BuildRequested>['data'];

/** Everything that the records say about how one image file came about. */
export type BuildRecord = {
  version: string;
  attempt: number;
  request: Request;
  agentId: string;
  emulated: boolean;
  /** When the attempt was granted, and when its artifact was reported: by the clock of the scheduler. */
  startedOn: string;
  finishedOn: string;
  /** As it was published. */
  artifact: Artifact;
  inputs: RecordedInputs;
};

type Course = Partial<Pick<BuildRecord, 'request' | 'agentId' | 'emulated' | 'startedOn' | 'finishedOn'>>;

/** Folds the events of a job into the course of one of its attempts. */
export const courseOf = (events: readonly (JobEvent & { time: string })[], attempt: number): Course => {
  const request = events.find((it) => it.type === 'BuildRequested')?.data;
  const granted = events.find((it) => it.type === 'AttemptGranted' && it.data.attempt === attempt);
  const reported = events.find((it) => it.type === 'ArtifactReported' && it.data.attempt === attempt);
  return {
    ...(request && { request }),
    ...(granted?.type === 'AttemptGranted' && grantOf(granted)),
    ...(reported && { finishedOn: reported.time }),
  };
};

type Grant = Extract<JobEvent, { type: 'AttemptGranted' }> & { time: string };

const grantOf = ({ data: { agentId, emulated = false }, time }: Grant) => ({
  ...{ agentId, emulated },
  startedOn: time,
});
