import type { VmSummary } from '@gild/registry-application';
import { table } from '../../output/table.js';

/** One line per machine. */
export const vmTable = (vms: readonly VmSummary[]): string =>
  vms.length === 0
    ? 'no VM to show\n'
    : table(
        ['vm', 'image', 'arch', 'host', 'state', 'since', 'note'],
        vms.map((vm) => [
          vm.vm_id,
          `${vm.image_name}@${vm.image_version}`,
          vm.arch ?? '-',
          vm.host,
          vm.state,
          vm.stopped_at ?? vm.started_at,
          noteOf(vm),
        ]),
      );

/** What one machine does. */
export const vmText = ({ vm_id: id, image_name: image, image_version: version, ...vm }: VmSummary): string =>
  vm.state === 'running'
    ? `${id} runs ${image}@${version} on ${vm.host}\n`
    : `${id} is stopped; it ran ${image}@${version} on ${vm.host}\n`;

const noteOf = ({ version_state: state, channel, outdated, newest_version: newest }: VmSummary): string => {
  const isWell = state === undefined || state === 'published';
  return [
    isWell ? [] : state,
    newest === undefined ? [] : outdated ? `${newest} is newer` : isWell ? [] : `use ${newest}`,
    channel === undefined ? [] : `from channel ${channel}`,
  ]
    .flat()
    .join('; ');
};
