import type { BootCheck, BuildInputs, GoldenImageConfig, TaskservCheck } from '@gild/contracts';

const SECOND = 1000;
const GIB = 1024 ** 3;
const ROOT_GROWN_WITHIN_MS = 300 * SECOND;
const STARTED_WITHIN_MS = 300 * SECOND;
const TEST_SCRIPT_WITHIN_MS = 300 * SECOND;
/** The file system is a little smaller than the disk: partition table, boot partitions, file system metadata. */
const USABLE_SHARE = 0.9;

/**
 * What must hold in the booted image, in the order it is asked: the own checks of its taskservs and of its base's, its test
 * scripts, that the root file system fills the disk, and at last that everything has started and nothing of it failed. How long
 * one try of a command that is tried again may take is the machine's to know.
 */
export const bootChecks = (
  inputs: Pick<BuildInputs, 'taskservs' | 'base'> & { definition: GoldenImageConfig },
): readonly BootCheck[] => {
  const { steps, disk_size_gb: size } = inputs.definition;
  const installed = [...(inputs.base?.taskservs ?? []), ...(steps.install_taskservs ? inputs.taskservs : [])];
  return [
    ...installed.flatMap(({ name, checks }) => checks.map((check) => taskservCheck(name, check))),
    ...steps.test_scripts.map((script, index) => testScript(script, index + 1)),
    {
      name: 'system/root-grown',
      argv: ['perl', '-e', GROWN, String(Math.floor(size * GIB * USABLE_SHARE))],
      withinMs: ROOT_GROWN_WITHIN_MS,
    },
    { name: 'system/no-failed-units', argv: ['sh', '-c', NO_FAILED_UNITS], withinMs: STARTED_WITHIN_MS },
  ];
};

// The heading of df's column is a number of its own (`1K-blocks`), so the last one counts.
const GROWN =
  'my ($kib) = `df -k --output=size /` =~ /(\\d+)\\s*\\z/; print "$kib KiB"; exit($kib * 1024 < $ARGV[0])';
const NO_FAILED_UNITS =
  'systemctl is-system-running --wait; failed=$(systemctl --failed --plain --no-legend) && echo "$failed" && test -z "$failed"';

const testScript = (script: string, number: number): BootCheck => ({
  name: `test_scripts/${number}`,
  argv: ['sh', '-c', script],
  withinMs: TEST_SCRIPT_WITHIN_MS,
  once: true,
});

const taskservCheck = (taskserv: string, check: TaskservCheck): BootCheck => {
  const shared = { name: `${taskserv}/${check.name}`, withinMs: check.within_seconds * SECOND };
  if ('unit' in check) return { ...shared, argv: ['systemctl', 'is-active', check.unit] };
  if ('port' in check)
    return { ...shared, argv: ['perl', '-MIO::Socket::INET', '-e', CONNECT, String(check.port)] };
  return { ...shared, argv: check.command, ...(check.expect === undefined ? {} : { expect: check.expect }) };
};

const CONNECT = 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $ARGV[0], Timeout => 5)';
