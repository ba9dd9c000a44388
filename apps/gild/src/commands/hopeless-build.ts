import type { GoldenImageBuildJob } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Session } from '../client/session.js';

/** What to do about each reason for which the only agent of a host cannot build. */
const REMEDIES: Readonly<Record<string, string>> = {
  NO_EMULATOR: 'Install it on this host (apt-get install qemu-user-static)',
  CANNOT_EMULATE: 'Mend that',
  NO_TOOLS: 'Do that',
};

const isHopeless = ({ waiting_code: code }: GoldenImageBuildJob): boolean =>
  code !== undefined && code in REMEDIES;

/** What a host lacks for a build: the tools for its distribution, or an emulator of its architecture. */
const lackFor = ({ arch, waiting_code: code }: GoldenImageBuildJob) =>
  code === 'NO_TOOLS'
    ? {
        fault: 'TOOL_MISSING',
        here: 'this host cannot build the distribution',
        farm: 'has an agent that can',
      }
    : {
        fault: 'EMULATOR_MISSING',
        here: 'this host cannot emulate the architecture',
        farm: `has an agent for ${arch}`,
      };

/** Why a build is cancelled that would wait for an agent that cannot come. */
export const whyHopeless = (job: GoldenImageBuildJob): string => lackFor(job).here;

/**
 * A build that waits for an agent of another architecture, or for one with other tools, waits for ever in a farm whose only agent is this host's, which
 * looks for its emulator and its tools when it starts.
 */
export const hopelessness = (session: Pick<Session, 'server'>) => {
  let found: Fault | undefined;
  const fault = (job: GoldenImageBuildJob): Fault => {
    const { arch, waiting_code: code = '', waiting_reason = `no agent for ${arch}` } = job;
    const { fault: lack, farm } = lackFor(job);
    return new Fault(
      lack,
      `${waiting_reason}. ${REMEDIES[code] ?? ''} and build again, or use a farm that ${farm} (GILD_URL). ` +
        `\`gild doctor\` says what else is missing.`,
    );
  };
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
