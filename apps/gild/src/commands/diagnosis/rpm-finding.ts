import type { NotBuilt } from '@gild/contracts';
import { linuxSandbox } from '@gild/sandbox-linux';
import { missingHostPrograms } from '@gild/toolchain-rpm';
import type { Finding } from './finding.js';

/** As long as an agent waits on a busy host. */
const LONGEST_MS = 60_000;

type Probe = () => ReturnType<typeof missingHostPrograms>;

/** Images of the Red Hat family: who builds none lacks nothing. `sourceless`: releases of which the agent is told no mirror. */
export const rpmFinding = async (
  sourceless: readonly NotBuilt[],
  probe: Probe = () => missingHostPrograms(linuxSandbox(), AbortSignal.timeout(LONGEST_MS)),
): Promise<Finding> => {
  const check = 'Fedora, CentOS, RHEL';
  const missing = await probe().catch(asError);
  if (missing === undefined) return { check, ok: true, ...withSources(sourceless) };
  const remedy =
    missing instanceof Error
      ? missing.message
      : `apt-get install ${missing.packages.join(' ')}, only to build their images here`;
  return { check, ok: true, found: 'not possible', remedy };
};

const withSources = (lacking: readonly NotBuilt[]): Pick<Finding, 'found' | 'remedy'> => {
  const names = lacking.map(({ distribution, release = '' }) => `${distribution} ${release}`.trim());
  const reasons = new Set(lacking.map(({ reason }) => reason));
  return names.length === 0
    ? { found: 'possible', remedy: '' }
    : { found: `possible, but not ${names.join(', ')}`, remedy: [...reasons].join(' ') };
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
