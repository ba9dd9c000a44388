import {
  isLifeEvent,
  VersionConfirmed,
  VersionReleased,
  type ConfirmedArtifact,
  type ImageEvent,
} from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import type { z } from 'zod';
import { decideLife, type Life } from '../life/decide-life.js';
import { isLifeCommand, LIFE_COMMANDS, type LifeRejection } from '../life/life-commands.js';
import { evolveLife } from '../life/life-state.js';
import { known, type HeldVersion, type ImageState } from './image-state.js';
import { reserve, RESERVE_VERSION, reserved, type ReservationRejection } from './reserve-version.js';

export const ImageCommand = oneOf(
  RESERVE_VERSION,
  command('ConfirmVersion', VersionConfirmed.shape.data.shape),
  command('ReleaseVersion', VersionReleased.shape.data.shape),
  ...LIFE_COMMANDS,
);
export type ImageCommand = z.infer<typeof ImageCommand>;
type ConfirmVersion = Extract<ImageCommand, { type: 'ConfirmVersion' }>['data'];

export type ImageRejection =
  | ReservationRejection
  | LifeRejection
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
  decide: (command, state) => {
    if (isLifeCommand(command)) return decideLife(command, lifeOf(state));
    switch (command.type) {
      case 'ReserveVersion':
        return reserve(command.data, state);
      case 'ConfirmVersion':
        return confirm(command.data, state);
      case 'ReleaseVersion':
        return release(command.data, state);
    }
  },
  evolve: (state, event) => {
    if (isLifeEvent(event)) return { ...known(state), life: evolveLife(known(state).life, event) };
    switch (event.type) {
      case 'ImageDefined':
        return { ...known(state), definitionDigest: event.data.definitionDigest };
      case 'VersionReserved': {
        const { data } = event;
        return { ...known(state), builds: data.buildNumber, held: [...known(state).held, reserved(data)] };
      }
      case 'VersionConfirmed': {
        const { data } = event;
        return withHeld(state, (held) =>
          held.map((it) => (isFor(data, it) ? { ...it, confirmed: confirmedBy(data) } : it)),
        );
      }
      case 'VersionReleased':
        return withHeld(state, (held) => held.filter((it) => !isFor(event.data, it)));
    }
  },
};

const withHeld = (
  state: ImageState,
  change: (held: readonly HeldVersion[]) => HeldVersion[],
): ImageState => ({
  ...known(state),
  held: change(known(state).held),
});

const lifeOf = (state: ImageState): Life => {
  const { life, held } = known(state);
  return {
    ...life,
    isFinished: (version) => held.some((it) => it.version === version && it.confirmed !== undefined),
  };
};

const isFor = (data: { version: string; jobId: string }, held: HeldVersion): boolean =>
  held.version === data.version && held.jobId === data.jobId;

type ImageDecision = Decision<ImageEvent, ImageRejection>;

const heldBy = (data: { version: string; jobId: string }, state: ImageState): HeldVersion | undefined =>
  known(state).held.find((held) => isFor(data, held));

const release = (data: z.infer<typeof VersionReleased>['data'], state: ImageState): ImageDecision => {
  const held = heldBy(data, state);
  if (held === undefined) return accept();
  return held.confirmed === undefined
    ? accept({ type: 'VersionReleased', data })
    : reject({ code: 'VERSION_CONFIRMED' });
};

const confirm = (data: ConfirmVersion, state: ImageState): ImageDecision => {
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

const confirmedBy = ({ jobId, attempt, checksum, others = [] }: ConfirmVersion): ConfirmedArtifact[] => [
  { jobId, attempt, checksum },
  ...others,
];
