import { wholeOutput } from '@gild/layer-steps';
import { Fault, type Sandbox } from '@gild/ports';

/** What this family needs of the host that no other does, and Debian's package that brings it. */
const PACKAGES: Readonly<Record<string, string>> = {
  "dnf's Python library": 'python3-dnf',
  rpmkeys: 'rpm',
  rpm2archive: 'rpm2cpio',
};

const LOOK = `python3 -I -c 'import dnf.base, hawkey' 2>/dev/null || echo "dnf's Python library"
for program in rpmkeys rpm2archive; do
  command -v "$program" >/dev/null || echo "$program"
done
`;

export type MissingPrograms = { names: readonly string[]; packages: readonly string[] };

/** What of it this host lacks, with the packages to install; undefined when it has everything. */
export const missingHostPrograms = async (
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<MissingPrograms | undefined> => {
  const output = wholeOutput('sh');
  await sandbox.run({ argv: ['sh', '-c', LOOK], lower: [], root: 'host', onOutput: output.add, signal });
  const names = output
    .text()
    .split('\n')
    .filter((line) => line in PACKAGES);
  return names.length === 0 ? undefined : { names, packages: names.map((name) => PACKAGES[name] ?? name) };
};

/** What keeps this host from building images of the distribution, and what to install. */
export const lackOf = (distribution: string, { names, packages }: MissingPrograms): string =>
  `Images of ${distribution} need ${names.join(', ')} on this host, which it lacks. Install what brings it ` +
  `(apt-get install ${packages.join(' ')})`;

/** Looks before anything is fetched or made. Fault: TOOL_MISSING, with everything to install. */
export const requireHostPrograms = async (
  sandbox: Sandbox,
  { distribution, signal }: { distribution: string; signal: AbortSignal },
): Promise<void> => {
  const missing = await missingHostPrograms(sandbox, signal);
  if (missing === undefined) return;
  throw new Fault('TOOL_MISSING', `${lackOf(distribution, missing)} and build again.`);
};
