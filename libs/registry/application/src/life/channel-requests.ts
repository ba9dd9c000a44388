import { MoveChannel, RemoveChannel, RollBackChannel } from '@gild/contracts';
import { parseRequest } from '../requests.js';
import { findImage } from '../views/find-version.js';
import { channelDocuments, type ChannelDocument } from './channel-document.js';
import { decideAbout, decideLifeOf, type LifeDeps } from './decide-life-of.js';
import { lifeRefusal } from './life-refusals.js';

/** Decisions of people about channels. Each may be repeated with the same `requestId`. */
export type ChannelRequests = {
  /** `MoveChannel`: the channel as it is then. */
  promote(request: unknown): Promise<ChannelDocument>;
  /** `RollBackChannel`: the channel as it is then. */
  rollBack(request: unknown): Promise<ChannelDocument>;
  /** `RemoveChannel`: the channels that are left. */
  removeChannel(request: unknown): Promise<ChannelDocument[]>;
};

export const channelRequests = (given: LifeDeps): ChannelRequests => ({
  promote: async (request) => {
    const asked = parseRequest(MoveChannel, request);
    const { channel, reason } = asked;
    await decideAbout(
      asked,
      (about) => ({ type: 'PromoteVersion', data: { ...about, channel, reason } }),
      given,
    );
    return channelOf(asked, given);
  },
  rollBack: async (request) => {
    const asked = parseRequest(RollBackChannel, request);
    const { channel, to, reason, actor: by } = asked;
    await channelsOf(asked, given);
    await decideLifeOf(asked, { type: 'RollBackChannel', data: { channel, to, by, reason } }, given);
    return channelOf(asked, given);
  },
  removeChannel: async (request) => {
    const asked = parseRequest(RemoveChannel, request);
    const { channel, reason, actor: by } = asked;
    await channelsOf(asked, given);
    await decideLifeOf(asked, { type: 'RemoveChannel', data: { channel, by, reason } }, given);
    return channelsOf(asked, given);
  },
});

/** Fault: IMAGE_NOT_FOUND. */
const channelsOf = async ({ image }: { image: string }, { views }: LifeDeps): Promise<ChannelDocument[]> =>
  channelDocuments(image, findImage(await views.images(), image));

const channelOf = async (
  { image, channel }: { image: string; channel: string },
  given: LifeDeps,
): Promise<ChannelDocument> => {
  const all = await channelsOf({ image }, given);
  const found = all.find((it) => it.channel === channel);
  if (found !== undefined) return found;
  // Somebody removed it in the meantime.
  throw lifeRefusal(image, { code: 'CHANNEL_UNKNOWN', channel, channels: all.map((it) => it.channel) });
};
