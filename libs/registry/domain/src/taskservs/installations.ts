import type { Taskserv, TaskservInstallation, Violation } from '@gild/contracts';
import type { Selection } from './selection.js';

/** How a taskserv is installed on the definition's distribution and release; undefined when it cannot be. */
export const installationOn = (
  { distributions }: Taskserv,
  { base_os, os_version }: Selection,
): TaskservInstallation | undefined =>
  distributions[base_os]?.find(({ releases }) => releases?.includes(os_version) ?? true);

/** Those that cannot be installed on the definition's distribution, each with the distributions it is for. */
export const unavailableTaskservs = (
  required: readonly Taskserv[],
  selection: Selection,
): readonly Violation[] =>
  required
    .filter((taskserv) => installationOn(taskserv, selection) === undefined)
    .map((taskserv) => ({
      path: pathOf(taskserv.name, selection),
      message: `${taskserv.name} is not available for ${selection.base_os} ${selection.os_version}, only for ${homes(taskserv)}`,
      found: `${selection.base_os} ${selection.os_version}`,
      expected: homes(taskserv),
    }));

/** Where the definition names the taskserv; the list as a whole when it was pulled in. */
export const pathOf = (name: string, { taskservs = [] }: Selection): string => {
  const index = taskservs.indexOf(name);
  return index < 0 ? 'taskservs' : `taskservs[${String(index)}]`;
};

const homes = ({ distributions }: Taskserv): string => {
  const places = Object.entries(distributions).flatMap(([os, installations]) =>
    installations.flatMap(
      ({ releases }) => releases?.map((release) => `${os} ${release}`) ?? [`every ${os}`],
    ),
  );
  return places.length > 0 ? [...new Set(places)].join(', ') : 'no distribution';
};
