import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, stat } from 'node:fs/promises';

/**
 * Nobody's: the last id systemd sets aside for containers. Within its range of 65536 it is 65535, which in 16 bits means "none",
 * so no image has an account of it.
 */
const MACHINE_ID = 1_879_048_191;

/** Whom a machine runs as. Its guest is not trusted, and QEMU may have faults it can use. */
export type MachineIdentity = {
  /** Options of setpriv. */
  options: readonly string[];
  /** Makes a file or folder its own. */
  give: (path: string) => Promise<void>;
};

const OWN: MachineIdentity = { options: ['--no-new-privs'], give: () => Promise.resolve() };

/** The group that may use KVM, if the device belongs to one besides root's. */
const kvmGroup = async (): Promise<number | undefined> => {
  const device = await stat('/dev/kvm').catch(() => undefined);
  return device && device.gid !== 0 && (device.mode & 0o060) === 0o060 ? device.gid : undefined;
};

/** Can an ordinary user, or the members of its group, use KVM? Root always can, and its machines are no root. */
export const isKvmShared = async (): Promise<boolean> => {
  if (process.getuid?.() !== 0) return true;
  const device = await stat('/dev/kvm').catch(() => undefined);
  return device !== undefined && ((device.mode & 0o006) === 0o006 || (await kvmGroup()) !== undefined);
};

const canBecome = async (options: readonly string[]): Promise<boolean> => {
  const child = spawn('setpriv', [...options, '--', 'true'], { stdio: 'ignore' });
  const [code] = (await once(child, 'close').catch(() => [null])) as [number | null];
  return code === 0;
};

const nobody = async (): Promise<MachineIdentity> => {
  const group = await kvmGroup();
  const options = [
    ...['--reuid', String(MACHINE_ID), '--regid', String(MACHINE_ID)],
    ...(group === undefined ? ['--clear-groups'] : ['--groups', String(group)]),
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'],
  ];
  // The root of some containers has no other ids than its own, and is nobody outside already.
  return (await canBecome(options)) ? { options, give: (path) => chown(path, MACHINE_ID, MACHINE_ID) } : OWN;
};

/** Root's machines run as an id that owns nothing; everybody else's run as whoever starts them. */
export const machineIdentity = (): Promise<MachineIdentity> =>
  process.getuid?.() === 0 ? nobody() : Promise.resolve(OWN);
