import { readFile } from 'node:fs/promises';
import {
  type Arch,
  FIRMWARES,
  type Firmware,
  formatViolations,
  networkConfigViolations,
  publicKeyProblem,
  VmId,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { diskSizeBytes, hostNameProblem, userNameProblem, type VmIdentity } from '@gild/vm-domain';
import { type ImageReference, parseImageReference } from '../image-reference.js';
import { archOf, chosenOf } from '../option-values.js';
import { wholeNumber } from '../whole-number.js';
import { folderOf, type VmPlace } from './vm-place.js';

export type WishFlags = {
  arch?: string;
  disk?: string;
  hostname?: string;
  sshKey: string[];
  user?: string;
  network?: string;
  size?: string;
  firmware?: string;
  memory: string;
  cpus: string;
  sshPort?: string;
};

/** A VM as somebody wants it made. */
export type VmWishes = {
  image: ImageReference;
  arch: Arch | undefined;
  /** Where its files are. */
  place: VmPlace;
  identity: VmIdentity;
  /** Absent: as large as the image. */
  sizeBytes: number | undefined;
  firmware: Firmware | undefined;
  memoryMiB: number;
  processors: number;
  sshPort: number | undefined;
};

const MIB = 2 ** 20;
const SMALLEST_MEMORY_MIB = 128;
const PROCESSORS = { min: 1, max: 255 };
const PORTS = { min: 1, max: 65_535 };
const ALL_FIRMWARES = [...new Set(Object.values(FIRMWARES).flat())];

/** What was asked for, with the files that it names read. Fault: INVALID_REQUEST, naming the option and what it may be. */
export const vmWishes = async (
  [vmId, reference]: readonly [vmId: string, reference: string],
  flags: WishFlags,
  env: NodeJS.ProcessEnv,
): Promise<VmWishes> => ({
  image: parseImageReference(reference),
  arch: archOf(flags),
  place: { vmId, folder: folderOf(vmIdOf(vmId), flags.disk, env), isOwn: flags.disk === undefined },
  sizeBytes: flags.size === undefined ? undefined : sizeOf('--size', flags.size),
  firmware: chosenOf('--firmware', flags.firmware, ALL_FIRMWARES),
  memoryMiB: memoryOf(flags.memory),
  processors: wholeNumber('--cpus', flags.cpus, PROCESSORS),
  sshPort: flags.sshPort === undefined ? undefined : wholeNumber('--ssh-port', flags.sshPort, PORTS),
  identity: {
    vmId,
    hostName: hostNameOf(vmId, flags.hostname),
    user: flags.user === undefined ? undefined : userOf(flags.user),
    sshKeys: (await Promise.all(flags.sshKey.map(keysIn))).flat(),
    network: flags.network === undefined ? undefined : await networkIn(flags.network),
  },
});

/** Fault: INVALID_REQUEST. */
export const vmIdOf = (text: string): string => {
  const known = VmId.safeParse(text);
  if (known.success) return known.data;
  throw new Fault('INVALID_REQUEST', `${known.error.issues[0]?.message ?? ''}, found "${text}"`);
};

const expectedBut = (option: string, expected: string, found: string): Fault =>
  new Fault('INVALID_REQUEST', `${option}: expected ${expected}, found ${found}`);

const hostNameOf = (vmId: string, named: string | undefined): string => {
  const name = named ?? vmId;
  const expected = hostNameProblem(name);
  if (expected === undefined) return name;
  if (named !== undefined) throw expectedBut('--hostname', expected, `"${name}"`);
  throw new Fault(
    'INVALID_REQUEST',
    `${name} is no host name for the VM: name one with --hostname, ${expected}`,
  );
};

const userOf = (name: string): string => {
  const expected = userNameProblem(name);
  if (expected === undefined) return name;
  throw expectedBut('--user', expected, `"${name}"`);
};

const sizeOf = (option: string, text: string): number => {
  const found = diskSizeBytes(text);
  if (found !== undefined) return found;
  throw expectedBut(option, 'a size such as 512M, 20G or 1T', `"${text}"`);
};

const memoryOf = (text: string): number => {
  const memoryMiB = sizeOf('--memory', text) / MIB;
  if (memoryMiB >= SMALLEST_MEMORY_MIB) return memoryMiB;
  throw expectedBut('--memory', `${SMALLEST_MEMORY_MIB}M or more`, `"${text}"`);
};

const textIn = (option: string, path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: Error) => {
    throw new Fault('INVALID_REQUEST', `${option}: cannot read ${path}: ${cause.message}`, { cause });
  });

/** Every line of an authorized_keys file, or the one of a public key. */
const keysIn = async (path: string): Promise<string[]> => {
  const text = await textIn('--ssh-key', path);
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const expected = 'OpenSSH public keys such as "ssh-ed25519 AAAA… name@host"';
  if (keys.length === 0) throw expectedBut(`--ssh-key ${path}`, expected, 'none');
  for (const key of keys) {
    const found = publicKeyProblem(key);
    if (found !== undefined) throw expectedBut(`--ssh-key ${path}`, expected, found);
  }
  return keys;
};

const networkIn = async (path: string): Promise<string> => {
  const text = await textIn('--network', path);
  const violations = networkConfigViolations(text);
  if (violations.length === 0) return text;
  throw new Fault(
    'INVALID_REQUEST',
    `--network: no cloud-init network configuration\n${formatViolations(violations, path)}`,
  );
};
