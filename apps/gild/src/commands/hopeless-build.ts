import type { Arch, GoldenImageBuildJob } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Session } from '../client/session.js';

/** The packages are known to the parts that use them, which nothing else here has to load. */
const installation = async (arch: Arch): Promise<string> => {
  const { EMULATOR_PACKAGE } = await import('@gild/sandbox-linux');
  const { bootPackages } = await import('@gild/hypervisor-qemu');
  const packages = [EMULATOR_PACKAGE, ...bootPackages(arch)].join(' ');
  return `Install the emulator and what the boot test needs on this host (apt-get install ${packages})`;
};

/** What a host lacks for a build that no other agent of its farm can take. `here`: what it cannot do. */
type Lack = {
  fault: 'TOOL_MISSING' | 'EMULATOR_MISSING';
  here: string;
  farm: (arch: Arch) => string;
  remedy: (arch: Arch) => Promise<string>;
};

const emulation = {
  fault: 'EMULATOR_MISSING',
  here: 'this host cannot emulate the architecture',
  farm: (arch: Arch) => `has an agent for ${arch}`,
} as const;

const LACKS: Readonly<Record<string, Lack>> = {
  NO_EMULATOR: { ...emulation, remedy: installation },
  CANNOT_EMULATE: { ...emulation, remedy: async () => 'Mend that' },
  NO_TOOLS: {
    fault: 'TOOL_MISSING',
    here: 'this host lacks what the build needs',
    farm: () => 'has an agent that can',
    remedy: async () => 'Do that',
  },
};

const lackFor = ({ waiting_code: code = '' }: GoldenImageBuildJob): Lack | undefined =>
  Object.hasOwn(LACKS, code) ? LACKS[code] : undefined;

/** Why a build is cancelled that would wait for an agent that cannot come. */
export const whyHopeless = (job: GoldenImageBuildJob): string => lackFor(job)?.here ?? '';

/**
 * What the build would wait for, and what to do. An agent looks for its emulator and its tools when it starts; that of `gild up`
 * is there already.
 */
const faultOf = async (job: GoldenImageBuildJob, server: ReturnType<Session['server']>): Promise<Fault> => {
  const { arch, waiting_reason: reason = `no agent for ${arch}` } = job;
  const { fault, farm, remedy } = lackFor(job) ?? { ...emulation, remedy: installation };
  const restart = server === 'up' ? ', stop `gild up` and start it again,' : '';
  return new Fault(
    fault,
    `${reason}. ${await remedy(arch)}${restart} and build again, or use a farm that ${farm(arch)} (GILD_URL). ` +
      `\`gild doctor\` says what is missing.`,
  );
};

/**
 * A build that waits for an agent of another architecture, or for one with other tools, waits for ever in a farm whose only
 * agent is this host's.
 */
export const hopelessness = (session: Pick<Session, 'server'>) => {
  let found: GoldenImageBuildJob | undefined;
  const fault = (job: GoldenImageBuildJob) => faultOf(job, session.server());
  return {
    fault,
    /** True once: for the first update that says so. */
    of: (job: GoldenImageBuildJob): boolean => {
      const isHere = session.server() !== 'remote';
      if (!isHere || lackFor(job) === undefined || found !== undefined) return false;
      found = job;
      return true;
    },
    throwIfItWas: async (): Promise<void> => {
      if (found !== undefined) throw await fault(found);
    },
  };
};
