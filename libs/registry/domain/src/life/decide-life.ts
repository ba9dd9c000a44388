import type { LifeEvent } from '@gild/contracts';
import { accept, reject, type Decision } from '@gild/kernel';
import type { LifeCommand, LifeRejection } from './life-commands.js';
import {
  channelsAt,
  currentOf,
  isUsable,
  previousOf,
  standingOf,
  type LifeState,
  type VersionStanding,
} from './life-state.js';

/** What is decided from: `isFinished` tells whether the image has a version of that number that was published. */
export type Life = LifeState & { isFinished: (version: string) => boolean };

type LifeDecision = Decision<LifeEvent, LifeRejection>;
type DataOf<T extends LifeCommand['type']> = Extract<LifeCommand, { type: T }>['data'];

/** Judges a command about finished versions of one image. A decision that is in force already is accepted without an event. */
export const decideLife = ({ type, data }: LifeCommand, life: Life): LifeDecision => {
  switch (type) {
    case 'PromoteVersion':
      return promote(data, life);
    case 'RollBackChannel':
      return rollBack(data, life);
    case 'RemoveChannel': {
      const from = life.channels.get(data.channel);
      return from === undefined
        ? accept()
        : accept({ type: 'ChannelRemoved', data: { ...data, from: currentOf(from) } });
    }
    case 'DeprecateVersion':
      return deprecate(data, life);
    case 'WithdrawDeprecation': {
      const unknown = unfinished(data.version, life);
      if (unknown !== undefined) return unknown;
      return life.fates.get(data.version)?.deprecated === undefined
        ? accept()
        : accept({ type: 'DeprecationWithdrawn', data });
    }
    case 'RevokeVersion':
      return revoke(data, life);
    case 'DeleteVersion':
      return deleteVersion(data, life);
  }
};

const unfinished = (version: string, { isFinished }: Life): LifeDecision | undefined =>
  isFinished(version) ? undefined : reject({ code: 'VERSION_UNKNOWN', version });

/** Why the version may not be what a channel points to. */
const unusable = (
  version: string,
  life: Life,
  alsoFine: readonly VersionStanding[],
): LifeDecision | undefined => {
  const fate = life.fates.get(version) ?? {};
  const standing = standingOf(fate);
  return standing === 'published' || alsoFine.includes(standing)
    ? unfinished(version, life)
    : reject({ code: 'VERSION_UNUSABLE', version, standing, fate });
};

const promote = (data: DataOf<'PromoteVersion'>, life: Life): LifeDecision => {
  const present = life.channels.get(data.channel);
  if (present !== undefined && currentOf(present) === data.version && isUsable(data.version, life))
    return accept();
  const objection = unusable(data.version, life, []);
  return (
    objection ??
    accept(moved(data, { version: data.version, from: present && currentOf(present), how: 'promotion' }))
  );
};

const rollBack = ({ to, ...data }: DataOf<'RollBackChannel'>, life: Life): LifeDecision => {
  const { channel } = data;
  const present = life.channels.get(channel);
  if (present === undefined)
    return reject({ code: 'CHANNEL_UNKNOWN', channel, channels: [...life.channels.keys()].sort() });
  const from = currentOf(present);
  const target = to ?? previousOf(present, life);
  if (target === undefined) return reject({ code: 'NOTHING_BEFORE', channel, version: from });
  // A deprecated version is better than a broken one: who goes back knows why.
  const objection = unusable(target, life, ['deprecated']);
  return (
    objection ??
    (target === from ? accept() : accept(moved(data, { version: target, from, how: 'rollback' })))
  );
};

type Move = Pick<Extract<LifeEvent, { type: 'ChannelMoved' }>['data'], 'version' | 'from' | 'how'>;

const moved = (
  { channel, by, reason }: { channel: string; by: string; reason?: string | undefined },
  { version, from, how }: Move,
): LifeEvent => ({
  type: 'ChannelMoved',
  data: {
    ...{ channel, version, how, by },
    ...(from !== undefined && { from }),
    ...(reason !== undefined && { reason }),
  },
});

const deprecate = (data: DataOf<'DeprecateVersion'>, life: Life): LifeDecision => {
  const { version, replacement } = data;
  const objection = unusable(version, life, ['deprecated']);
  if (objection !== undefined) return objection;
  if (replacement === version) return reject({ code: 'REPLACED_BY_ITSELF', version });
  const ofReplacement = replacement === undefined ? undefined : unusable(replacement, life, []);
  if (ofReplacement !== undefined) return ofReplacement;
  const present = life.fates.get(version)?.deprecated;
  const isSo = present !== undefined && present.replacement === replacement;
  return isSo ? accept() : accept({ type: 'VersionDeprecated', data });
};

const revoke = (data: DataOf<'RevokeVersion'>, life: Life): LifeDecision => {
  const { version, by, reason, rollBack } = data;
  const unknown = unfinished(version, life);
  if (unknown !== undefined) return unknown;
  const present = life.fates.get(version)?.revoked;
  if (present !== undefined && goesAsFar(present, data)) return accept();
  return accept(
    { type: 'VersionRevoked', data },
    ...(rollBack ? withdrawals(version, { by, reason }, life) : []),
  );
};

/** Whoever now wants the descendants revoked too, or the channels moved, is heard; nobody's wish is taken back. */
const goesAsFar = (
  present: { descendants: boolean; rollBack: boolean },
  asked: { descendants: boolean; rollBack: boolean },
): boolean => (present.descendants || !asked.descendants) && (present.rollBack || !asked.rollBack);

const withdrawals = (version: string, why: { by: string; reason: string }, life: Life): LifeEvent[] => {
  const fates = new Map(life.fates).set(version, { revoked: { ...why, descendants: false, rollBack: true } });
  return channelsAt(version, life).flatMap((channel) => {
    const present = life.channels.get(channel);
    const target = present && previousOf(present, { ...life, fates });
    return target === undefined
      ? []
      : [moved({ channel, ...why }, { version: target, from: version, how: 'withdrawal' })];
  });
};

const deleteVersion = (data: DataOf<'DeleteVersion'>, life: Life): LifeDecision => {
  const { version, by, reason, force, machines, descendants, builds } = data;
  const unknown = unfinished(version, life);
  if (unknown !== undefined) return unknown;
  if (life.fates.get(version)?.deleted !== undefined) return accept();
  const channels = channelsAt(version, life);
  const overruled = force ? [] : [...machines, ...descendants];
  // What a channel names must be there, and a build that starts from it would fail: neither is overruled.
  if ([...channels, ...builds, ...overruled].length > 0)
    return reject({ code: 'VERSION_IN_USE', version, channels, machines, descendants, builds });
  const forced = machines.length + descendants.length > 0;
  return accept({
    type: 'VersionDeleted',
    data: { version, forced, by, ...(reason !== undefined && { reason }) },
  });
};
