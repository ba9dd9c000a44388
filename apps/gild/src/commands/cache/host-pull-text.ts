import type { HostPull } from '@gild/contracts';
import { bytes, printable } from '../../output/format.js';
import { table } from '../../output/table.js';
import type { HostOutcome } from './pull-to-hosts.js';

type Cached = Omit<Extract<HostPull, { state: 'cached' }>, 'host'>;

const madeText = ({ filled, fetchedBytes }: Cached): string =>
  filled ? `received ${bytes(fetchedBytes)}, verified` : 'already cached, verified';

/** One line about a pull that ended. */
export const pulledText = ({ host, ...pulled }: Extract<HostPull, { state: 'cached' }>): string => {
  const { image_name: image, image_version: version, arch } = pulled.entry;
  return `${image}@${version} for ${arch} on ${host}: ${madeText(pulled)}`;
};

/** One line per host. */
export const hostOutcomesText = (outcomes: readonly HostOutcome[]): string =>
  table(
    ['host', 'outcome', 'path'],
    outcomes.map((outcome) =>
      outcome.state === 'cached'
        ? [outcome.host, madeText(outcome), outcome.entry.storage_path]
        : [outcome.host, printable(`${outcome.code}: ${outcome.message}`), ''],
    ),
  );
