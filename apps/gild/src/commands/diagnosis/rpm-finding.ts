import { linuxSandbox } from '@gild/sandbox-linux';
import { missingHostPrograms } from '@gild/toolchain-rpm';
import type { Finding } from './finding.js';

const LONGEST_MS = 10_000;

type Probe = () => ReturnType<typeof missingHostPrograms>;

/** Images of the Red Hat family: who builds none lacks nothing. */
export const rpmFinding = async (
  probe: Probe = () => missingHostPrograms(linuxSandbox(), AbortSignal.timeout(LONGEST_MS)),
): Promise<Finding> => {
  const check = 'Fedora, CentOS, RHEL';
  const missing = await probe().catch((error: unknown) => (error instanceof Error ? error : new Error()));
  if (missing === undefined) return { check, ok: true, found: 'possible', remedy: '' };
  const remedy =
    missing instanceof Error
      ? missing.message
      : `apt-get install ${missing.packages.join(' ')}, only to build their images here`;
  return { check, ok: true, found: 'not possible', remedy };
};
