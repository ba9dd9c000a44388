import { currentOf, previousOf, standingOf, type VersionStanding } from '@gild/registry-domain';
import type { ImageRecord } from '../views/images-view.js';

/** A channel of an image: the version it points to, and since when and why. */
export type ChannelDocument = {
  image_name: string;
  channel: string;
  version: string;
  /** Where that version stands: nothing is started from a revoked one. */
  state: VersionStanding;
  /** Where a rollback would go; absent: nowhere. */
  previous_version?: string;
  moved_at: string;
  moved_by: string;
  reason?: string;
};

/** The channels of an image, by name. */
export const channelDocuments = (imageName: string, { life, moves }: ImageRecord): ChannelDocument[] =>
  [...life.channels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([channel, pointing]) => {
      const version = currentOf(pointing);
      const previous = previousOf(pointing, life);
      const { at, by, reason } = moves.get(channel) ?? { at: '', by: '' };
      return {
        ...{ image_name: imageName, channel, version, state: standingOf(life.fates.get(version)) },
        ...(previous !== undefined && { previous_version: previous }),
        ...{ moved_at: at, moved_by: by },
        ...(reason !== undefined && { reason }),
      };
    });
