import {
  BaseVersion,
  partsOf,
  VersionConfirmed,
  VersionPart,
  type ConfirmedArtifact,
  type ImageEvent,
} from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import { z } from 'zod';
import { nextVersion, type NamingRejection } from '../naming/next-version.js';
import { answeringVersion, type HeldVersion, type ImageState } from './image-state.js';

const holder = { version: z.string(), jobId: z.string() };

export const ImageCommand = oneOf(
  command('ReserveVersion', {
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
    now: z.string(),
  }),
  command('ConfirmVersion', VersionConfirmed.shape.data.shape),
  command('ReleaseVersion', holder),
);
export type ImageCommand = z.infer<typeof ImageCommand>;
export type ReserveVersion = Extract<ImageCommand, { type: 'ReserveVersion' }>['data'];
type ConfirmVersion = Extract<ImageCommand, { type: 'ConfirmVersion' }>['data'];

export type ImageRejection =
  | NamingRejection
  | { code: 'VERSION_NOT_NAMED' }
  | { code: 'VERSION_NOT_HELD' }
  /** The artifacts are not those of the version's architectures, one each. */
  | { code: 'VERSION_INCOMPLETE' }
  | { code: 'VERSION_CONFIRMED' };

/**
 * Owner of an image's version numbers. A number is given to one build, and either given back or confirmed: since both
 * are facts of this one stream, no two builds can publish under the same number, however many registries decide. Only what has an
 * artifact for every architecture is confirmed.
 */
export const image: Decider<ImageState, ImageCommand, ImageEvent, ImageRejection> = {
  initial: { status: 'unknown' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'ReserveVersion':
        return reserve(data, state);
      case 'ConfirmVersion':
        return confirm(data, state);
      case 'ReleaseVersion': {
        const held = heldBy(data, state);
        if (held === undefined) return accept();
        return held.confirmed === undefined
          ? accept({ type: 'VersionReleased', data })
          : reject({ code: 'VERSION_CONFIRMED' });
      }
    }
  },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'ImageDefined':
        return { ...known(state), definitionDigest: data.definitionDigest };
      case 'VersionReserved':
        return { ...known(state), builds: data.buildNumber, held: [...known(state).held, reserved(data)] };
      case 'VersionConfirmed':
        return withHeld(state, (held) =>
          held.map((it) => (isFor(data, it) ? { ...it, confirmed: confirmedBy(data) } : it)),
        );
      case 'VersionReleased':
        return withHeld(state, (held) => held.filter((it) => !isFor(data, it)));
    }
  },
};

type Known = Extract<ImageState, { status: 'known' }>;

const known = (state: ImageState): Known =>
  state.status === 'known' ? state : { status: 'known', builds: 0, held: [] };

const withHeld = (
  state: ImageState,
  change: (held: readonly HeldVersion[]) => HeldVersion[],
): ImageState => ({
  ...known(state),
  held: change(known(state).held),
});

const isFor = (data: { version: string; jobId: string }, held: HeldVersion): boolean =>
  held.version === data.version && held.jobId === data.jobId;

const heldBy = (data: { version: string; jobId: string }, state: ImageState): HeldVersion | undefined =>
  known(state).held.find((held) => isFor(data, held));

const confirm = (data: ConfirmVersion, state: ImageState): Decision<ImageEvent, ImageRejection> => {
  const held = heldBy(data, state);
  if (held === undefined) return reject({ code: 'VERSION_NOT_HELD' });
  const { confirmed, parts } = held;
  const artifacts = confirmedBy(data);
  if (confirmed !== undefined) {
    const isSame = confirmed.every(({ attempt }, index) => artifacts[index]?.attempt === attempt);
    return isSame ? accept() : reject({ code: 'VERSION_CONFIRMED' });
  }
  const isWhole =
    artifacts.length === parts.length && parts.every(({ jobId }, index) => artifacts[index]?.jobId === jobId);
  return isWhole ? accept({ type: 'VersionConfirmed', data }) : reject({ code: 'VERSION_INCOMPLETE' });
};

const reserve = (data: ReserveVersion, state: ImageState): Decision<ImageEvent, ImageRejection> => {
  if (answeringVersion(state, data) !== undefined) return accept();
  if (!data.autoCreate && data.bump === undefined && data.version === undefined)
    return reject({ code: 'VERSION_NOT_NAMED' });
  const { held, builds, definitionDigest } = known(state);
  const name = nextVersion({
    naming: data.naming,
    standing: held,
    content: contentOf(data),
    bump: data.bump,
    explicit: data.version,
    now: data.now,
  });
  if (!name.ok) return reject(name.rejection);
  const { imageName, definition, definitionDigest: digest } = data;
  const reservation: Reserved = {
    ...{ version: name.version, buildNumber: builds + 1 },
    ...buildOf(data),
    ...{ definition, definitionDigest: digest },
  };
  return accept(
    ...(definitionDigest === digest
      ? []
      : [{ type: 'ImageDefined', data: { imageName, definition, definitionDigest: digest } } as const]),
    { type: 'VersionReserved', data: reservation } as const,
  );
};

const buildOf = ({ jobId, arch, inputDigest, taskservs, bootTest, base, parts }: ReserveVersion) => ({
  ...{ jobId, arch, inputDigest, taskservs, bootTest },
  ...(base && { base }),
  ...(parts && { parts }),
});

type Reserved = Extract<ImageEvent, { type: 'VersionReserved' }>['data'];

const reserved = (data: Reserved): HeldVersion => ({
  version: data.version,
  buildNumber: data.buildNumber,
  jobId: data.jobId,
  parts: partsOf(data),
  bootTest: data.bootTest ?? true,
  content: contentOf(data),
});

const confirmedBy = ({ jobId, attempt, checksum, others = [] }: ConfirmVersion): ConfirmedArtifact[] => [
  { jobId, attempt, checksum },
  ...others,
];

const contentOf = (data: { definition: Record<string, unknown>; taskservs: readonly string[] }) => ({
  baseOs: String(data.definition['base_os']),
  osVersion: String(data.definition['os_version']),
  taskservs: data.taskservs,
});
