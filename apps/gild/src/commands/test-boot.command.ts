import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootCheck, BootTestResult, Firmware } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { homeOf } from '../farm/home.js';
import { duration, printable } from '../output/format.js';
import { type CommonOptions, type Context, printer } from './context.js';
import { bootChoice, type BootChoice, type BootFlags } from './boot-choice.js';
import { examples, JSON_FLAG } from './option-texts.js';
import { collected } from './option-values.js';
import { removedAfterwards } from './removed-afterwards.js';
import { X86_LEVEL } from './x86-level.js';

type Flags = CommonOptions &
  BootFlags & {
    format?: string;
    check: string[];
    console?: boolean;
  };
const FORMATS = ['qcow2', 'raw', 'vmdk'] as const;
const CHECK_WITHIN_MS = 120_000;
const MEMORY_MIB = 1024;

/** `gild test-boot FILE`: boots a disk file on this host; the file is never written to. */
export const testBootCommand = (program: Command, context: Context): void => {
  program
    .command('test-boot <file>')
    .description('boot an image file and run checks in it')
    .option('--arch <arch>', "x86_64 or aarch64; default: this host's")
    .option('--firmware <name>', 'bios, uefi, uefi-secure (Secure Boot), both (bios and uefi) or all', 'both')
    .option('--format <format>', 'qcow2, raw or vmdk; default: from the file name')
    .option(
      '--check <command>',
      'a shell command that must succeed in the booted image; may be repeated',
      collected,
      [],
    )
    .option(
      '--timeout <seconds>',
      'limit of each boot and of its checks; default: 600 and 120, four times that where it is emulated',
    )
    .option('--console', 'show the serial console on stderr')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'gild test-boot web.qcow2 --firmware uefi-secure',
        'gild test-boot web.qcow2 --arch aarch64',
        "gild test-boot web.qcow2 --check 'systemctl is-active nginx'",
      ),
    )
    .action((file: string, flags: Flags) => testBoot(file, flags, context));
};

const testBoot = async (file: string, flags: Flags, context: Context): Promise<void> => {
  const choice = bootChoice(flags);
  const workDir = mkdtempSync(join(tmpdir(), 'gild-boot-'));
  const remove = () => rmSync(workDir, { recursive: true, force: true });
  const results = await removedAfterwards(remove, async () => {
    const each: BootTestResult[] = [];
    for (const firmware of choice.firmwares) {
      each.push(await bootOnce(file, { ...choice, firmware, flags, context, workDir }));
    }
    return each;
  });
  if (results.some(({ passed }) => !passed)) context.setExitCode(EXIT.failed);
  printer(context, flags)({ file, results }, () => results.map(resultText).join(''));
};

type Boot = Omit<BootChoice, 'firmwares'> & {
  firmware: Firmware;
  flags: Flags;
  context: Context;
  workDir: string;
};

const bootOnce = async (
  diskPath: string,
  { arch, deadlineMs, emulatedTimes, firmware, flags, context, workDir }: Boot,
): Promise<BootTestResult> => {
  const { qemuHypervisor } = await import('@gild/hypervisor-qemu');
  const { systemClock } = await import('@gild/node-runtime');
  const hypervisor = qemuHypervisor({ clock: systemClock, stateDir: homeOf(context.env).agentState });
  return hypervisor.bootTest({
    diskPath,
    diskFormat: formatOf(diskPath, flags),
    arch,
    firmware,
    x86Level: X86_LEVEL,
    memoryMiB: MEMORY_MIB,
    checks: flags.check.map((command, index): BootCheck => ({
      name: `check-${index + 1}`,
      argv: ['sh', '-c', command],
      // Who says how long means the checks too.
      withinMs: flags.timeout === undefined ? CHECK_WITHIN_MS : deadlineMs,
    })),
    deadlineMs,
    emulatedTimes,
    ...(flags.console === true ? { onConsole: consoleOutput(context) } : {}),
    workDir,
    signal: context.interrupted,
  });
};

/** A guest's console is safe for a terminal; a file or a pipe gets its bytes. */
const consoleOutput = ({ terminal }: Context): ((chunk: Uint8Array) => void) => {
  const decoder = new TextDecoder();
  return terminal.interactive
    ? (chunk) => void process.stderr.write(printable(decoder.decode(chunk, { stream: true })))
    : (chunk) => void process.stderr.write(chunk);
};

const formatOf = (
  path: string,
  {
    format = path
      .replace(/\.zst$/, '')
      .split('.')
      .at(-1),
  }: Flags,
): (typeof FORMATS)[number] => {
  const known = FORMATS.find((candidate) => candidate === (format === 'img' ? 'raw' : format));
  if (known !== undefined) return known;
  throw new Fault('INVALID_REQUEST', `cannot tell the format of ${path}; pass --format qcow2, raw or vmdk`);
};

const resultText = (result: BootTestResult): string => {
  const times = [
    result.msToKernel === undefined ? [] : [`kernel after ${duration(result.msToKernel)}`],
    result.msToUserspace === undefined ? [] : [`user space after ${duration(result.msToUserspace)}`],
    result.msToChecksGreen === undefined ? [] : [`checks green after ${duration(result.msToChecksGreen)}`],
  ].flat();
  const verdict = result.passed ? 'boots' : `FAILED: ${printable(result.failure ?? 'a check failed')}`;
  return `${result.firmware} (${result.accelerator}): ${verdict}${times.length === 0 ? '' : `  ${times.join(', ')}`}\n`;
};
