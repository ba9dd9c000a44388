import type { GoldenImageBuildJob } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Session } from '../client/session.js';

/** Why a build is cancelled that would wait for an agent that cannot come. */
export const NO_EMULATOR = { reason: 'this host cannot emulate the architecture' };

/** What to do about each reason for which the only agent of a host cannot emulate. */
const REMEDIES: Readonly<Record<string, string>> = {
  NO_EMULATOR: 'Install it on this host (apt-get install qemu-user-static)',
  CANNOT_EMULATE: 'Mend that',
};

const isHopeless = ({ waiting_code: code }: GoldenImageBuildJob): boolean =>
  code !== undefined && code in REMEDIES;

/**
 * A build that waits for an agent of another architecture waits for ever in a farm whose only agent is this host's, which
 * looks for its emulator when it starts.
 */
export const hopelessness = (session: Pick<Session, 'server'>) => {
  let found: Fault | undefined;
  const fault = ({
    arch,
    waiting_code: code = '',
    waiting_reason = `no agent for ${arch}`,
  }: GoldenImageBuildJob): Fault =>
    new Fault(
      'EMULATOR_MISSING',
      `${waiting_reason}. ${REMEDIES[code] ?? ''} and build again, or use a farm that has an agent for ${arch} (GILD_URL). ` +
        `\`gild doctor\` says what else is missing.`,
    );
  return {
    fault,
    /** True once: for the first update that says so. */
    of: (job: GoldenImageBuildJob): boolean => {
      const isHere = session.server() !== 'remote';
      if (!isHere || !isHopeless(job) || found !== undefined) return false;
      found = fault(job);
      return true;
    },
    throwIfItWas: (): void => {
      if (found !== undefined) throw found;
    },
  };
};
