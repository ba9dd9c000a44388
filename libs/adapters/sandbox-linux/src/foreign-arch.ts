import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Fault, type ProgramArch, type SandboxRun } from '@gild/ports';

/** An architecture as Node, ELF files and QEMU know it. */
type Emulated = { node: string; machine: number; emulators: readonly string[] };

const ARCHES: Readonly<Record<ProgramArch, Emulated>> = {
  x86_64: { node: 'x64', machine: 0x3e, emulators: ['qemu-x86_64-static', 'qemu-x86_64'] },
  aarch64: { node: 'arm64', machine: 0xb7, emulators: ['qemu-aarch64-static', 'qemu-aarch64'] },
};

/** The Debian package with the emulators that need nothing of the tree they work in. */
export const EMULATOR_PACKAGE = 'qemu-user-static';

/** Whether programs of another architecture would run if the emulator were there; else something else keeps them from it. */
export const lacksOnlyEmulator = ({ details }: Pick<Fault, 'details'>): boolean =>
  typeof details === 'object' && details !== null && 'install' in details;

/** The architecture of a run's programs when this host cannot run them itself. */
export const foreignArch = ({ arch, root }: Pick<SandboxRun, 'arch' | 'root'>): ProgramArch | undefined =>
  arch === undefined || root === 'host' || ARCHES[arch].node === process.arch ? undefined : arch;

const byte = (value: number): string => `\\x${value.toString(16).padStart(2, '0')}`;

/** The first 20 bytes of a 64-bit, little-endian ELF program: whichever system's, fixed in place or not. */
const magicOf = (machine: number): { magic: string; mask: string } => {
  const ident = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const whole = ident.map((_, index) => (index === 7 ? 0 : 0xff));
  return {
    magic: [...ident, 2, 0, machine, 0].map(byte).join(''),
    mask: [...whole, 0xfe, 0xff, 0xff, 0xff].map(byte).join(''),
  };
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const emulatorOf = (arch: ProgramArch, searchPath: string): string | undefined => {
  const folders = searchPath.split(delimiter).filter((folder) => folder.startsWith('/'));
  return ARCHES[arch].emulators
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
};

/**
 * What the kernel is told for programs of the architecture; undefined when this host has no emulator for them. The flags:
 * the emulator is opened once (F) and handed the program opened (O), programs keep their name (P) and their right to
 * change the user (C).
 */
export const registration = (
  arch: ProgramArch,
  searchPath = process.env['PATH'] ?? '',
): string | undefined => {
  const emulator = emulatorOf(arch, searchPath);
  if (emulator === undefined) return undefined;
  const { magic, mask } = magicOf(ARCHES[arch].machine);
  return `:gild:M::${magic}:${mask}:${emulator}:OCPF`;
};

/**
 * `detail`: the architecture, and why the kernel gave the sandbox no table of its own; nothing more when it was not asked or
 * did.
 */
export const emulatorMissing = (detail: string): Fault => {
  const [arch = '', ...words] = detail.trim().split(' ');
  const noTable = words.join(' ');
  if (noTable === '')
    return new Fault(
      'EMULATOR_MISSING',
      `Programs for ${arch} need an emulator on this host: install ${EMULATOR_PACKAGE}.`,
      { details: { install: EMULATOR_PACKAGE } },
    );
  return new Fault(
    'EMULATOR_MISSING',
    `Programs for ${arch} cannot be emulated: before Linux 6.7 a sandbox has no binfmt_misc of its own (${noTable}), ` +
      `and the host's has no entry for ${arch} with the flag F. Update the kernel, or have an administrator install ` +
      `binfmt-support beside ${EMULATOR_PACKAGE}.`,
  );
};
