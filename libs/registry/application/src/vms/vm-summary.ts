import type { VersionState } from '@gild/contracts';
import type { VmRecord } from '../views/vms-view.js';
import type { Standings } from './version-standings.js';

/** A virtual machine in a list; of one that is stopped, what it ran last and where. */
export type VmSummary = {
  vm_id: string;
  image_name: string;
  image_version: string;
  /** Absent: nobody said, and the version has several images. */
  arch?: string;
  /** The channel by which it was started. */
  channel?: string;
  host: string;
  state: 'running' | 'stopped';
  /** When it started from this version. */
  started_at: string;
  stopped_at?: string;
  version_state?: VersionState;
  /** The newest version of its image, for its architecture, that is neither deprecated nor revoked; absent: there is none. */
  newest_version?: string;
  /** Whether that is newer than what the machine runs. */
  outdated: boolean;
};

export const vmSummary = (
  id: string,
  { status, machine, startedAt, stoppedAt }: VmRecord,
  standings: Standings,
): VmSummary => {
  const { imageName, version, arch, channel, host } = machine;
  const state = standings.stateOf(imageName, version);
  const newest = standings.newestOf(imageName, arch);
  return {
    ...{ vm_id: id, image_name: imageName, image_version: version },
    ...(arch !== undefined && { arch }),
    ...(channel !== undefined && { channel }),
    ...{ host, state: status, started_at: startedAt },
    ...(stoppedAt !== undefined && { stopped_at: stoppedAt }),
    ...(state !== undefined && { version_state: state }),
    ...(newest !== undefined && { newest_version: newest }),
    outdated: newest !== undefined && standings.isNewer(newest, version),
  };
};
