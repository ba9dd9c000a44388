import type { Arch, GoldenImageBuildJob } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Session } from '../client/session.js';

/** Why a build is cancelled that would wait for an agent that cannot come. */
export const NO_EMULATOR = { reason: 'this host cannot emulate the architecture' };

/** The packages are known to the parts that use them, which nothing else here has to load. */
const installation = async (arch: Arch): Promise<string> => {
  const { EMULATOR_PACKAGE } = await import('@gild/sandbox-linux');
  const { bootPackages } = await import('@gild/hypervisor-qemu');
  const packages = [EMULATOR_PACKAGE, ...bootPackages(arch)].join(' ');
  return `Install the emulator and what the boot test needs on this host (apt-get install ${packages})`;
};

/** What to do about each reason for which the only agent of a host cannot emulate. */
const REMEDIES: Readonly<Record<string, (arch: Arch) => Promise<string>>> = {
  NO_EMULATOR: installation,
  CANNOT_EMULATE: () => Promise.resolve('Mend that'),
};

const isHopeless = ({ waiting_code: code }: GoldenImageBuildJob): boolean =>
  code !== undefined && code in REMEDIES;

/** What the build would wait for, and what to do. An agent looks for its emulator when it starts; that of `gild up` is there already. */
const faultOf = async (job: GoldenImageBuildJob, server: ReturnType<Session['server']>): Promise<Fault> => {
  const { arch, waiting_code: code = '', waiting_reason: reason = `no agent for ${arch}` } = job;
  const remedy = (await REMEDIES[code]?.(arch)) ?? '';
  const restart = server === 'up' ? ', stop `gild up` and start it again,' : '';
  return new Fault(
    'EMULATOR_MISSING',
    `${reason}. ${remedy}${restart} and build again, or use a farm that has an agent for ${arch} (GILD_URL). ` +
      `\`gild doctor\` says what is missing.`,
  );
};

/** A build that waits for an agent of another architecture waits for ever in a farm whose only agent is this host's. */
export const hopelessness = (session: Pick<Session, 'server'>) => {
  let found: GoldenImageBuildJob | undefined;
  const fault = (job: GoldenImageBuildJob) => faultOf(job, session.server());
  return {
    fault,
    /** True once: for the first update that says so. */
    of: (job: GoldenImageBuildJob): boolean => {
      const isHere = session.server() !== 'remote';
      if (!isHere || !isHopeless(job) || found !== undefined) return false;
      found = job;
      return true;
    },
    throwIfItWas: async (): Promise<void> => {
      if (found !== undefined) throw await fault(found);
    },
  };
};
