import { BaseVersion, partsOf, VersionPart, type ImageEvent } from '@gild/contracts';
import { accept, command, reject, type Decision } from '@gild/kernel';
import { z } from 'zod';
import { nextVersion, type NamingRejection } from '../naming/next-version.js';
import { answeringVersion, known, type HeldVersion, type ImageState } from './image-state.js';

export const RESERVE_VERSION = command('ReserveVersion', {
  jobId: z.string(),
  imageName: z.string(),
  arch: z.string(),
  definition: z.record(z.string(), z.unknown()),
  definitionDigest: z.hash('sha256'),
  inputDigest: z.hash('sha256'),
  taskservs: z.array(z.string()),
  naming: z.enum(['semantic', 'timestamp', 'sequential']),
  bump: z.enum(['major', 'minor', 'patch']).optional(),
  version: z.string().optional(),
  bootTest: z.boolean(),
  /** Whether a version published from equal inputs is an answer. */
  reuse: z.boolean(),
  /** Whether a number may be given that nobody named or raised. */
  autoCreate: z.boolean(),
  base: BaseVersion.optional(),
  /** Every architecture, first the one above; absent: it is the only one. */
  parts: z.array(VersionPart).optional(),
  /** Only while this is the definition on record, which then stays as it is. */
  definedAs: z.string().optional(),
  now: z.string(),
});
export type ReserveVersion = z.infer<typeof RESERVE_VERSION>['data'];

export type ReservationRejection = NamingRejection | { code: 'VERSION_NOT_NAMED' | 'DEFINITION_CHANGED' };

/** Gives the build a number, unless one answers it already. */
export const reserve = (
  data: ReserveVersion,
  state: ImageState,
): Decision<ImageEvent, ReservationRejection> => {
  if (!isAsDefined(data, state)) return reject({ code: 'DEFINITION_CHANGED' });
  const answer = answeringVersion(state, data);
  // Who repeats a request wants nothing new; who asks otherwise for what is there may want it defined otherwise.
  if (answer !== undefined) return answer.jobId === data.jobId ? accept() : accept(...definedBy(data, state));
  if (!data.autoCreate && data.bump === undefined && data.version === undefined)
    return reject({ code: 'VERSION_NOT_NAMED' });
  const { held, builds } = known(state);
  const name = nextVersion({
    naming: data.naming,
    standing: held,
    content: contentOf(data),
    bump: data.bump,
    explicit: data.version,
    now: data.now,
  });
  if (!name.ok) return reject(name.rejection);
  const { definition, definitionDigest } = data;
  const reservation: Reserved = {
    ...{ version: name.version, buildNumber: builds + 1 },
    ...buildOf(data),
    ...{ definition, definitionDigest },
  };
  return accept(...definedBy(data, state), { type: 'VersionReserved', data: reservation } as const);
};

const isAsDefined = ({ definedAs }: ReserveVersion, state: ImageState): boolean =>
  definedAs === undefined || definedAs === known(state).definitionDigest;

const definedBy = (
  { imageName, definition, definitionDigest, definedAs }: ReserveVersion,
  state: ImageState,
): ImageEvent[] =>
  definedAs !== undefined || known(state).definitionDigest === definitionDigest
    ? []
    : [{ type: 'ImageDefined', data: { imageName, definition, definitionDigest } }];

const buildOf = ({ jobId, arch, inputDigest, taskservs, bootTest, base, parts }: ReserveVersion) => ({
  ...{ jobId, arch, inputDigest, taskservs, bootTest },
  ...(base && { base }),
  ...(parts && { parts }),
});

type Reserved = Extract<ImageEvent, { type: 'VersionReserved' }>['data'];

/** The number as it stands once it is reserved. */
export const reserved = (data: Reserved): HeldVersion => ({
  version: data.version,
  buildNumber: data.buildNumber,
  jobId: data.jobId,
  parts: partsOf(data),
  bootTest: data.bootTest ?? true,
  content: contentOf(data),
});

const contentOf = (data: { definition: Record<string, unknown>; taskservs: readonly string[] }) => ({
  baseOs: String(data.definition['base_os']),
  osVersion: String(data.definition['os_version']),
  taskservs: data.taskservs,
});
