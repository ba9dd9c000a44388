import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { buildCaps, hostMemoryBytes, readAgentSettings } from '@gild/builder-edge';
import type { BuildCaps, NotBuilt } from '@gild/contracts';
import { rememberedAccelerator } from '@gild/hypervisor-qemu';
import { currentIdRange } from '@gild/sandbox-linux';
import { releasesWithoutSources } from '@gild/toolchain-rpm';
import { type Home, homeOf } from '../../farm/home.js';
import { slotsIn } from '../../farm/slots.js';
import { bytes } from '../../output/format.js';
import { emulationFindings } from './emulation-finding.js';
import type { Finding } from './finding.js';
import { rpmFinding } from './rpm-finding.js';
import { signingFinding } from './signing-finding.js';
import { readable, toolFindings } from './tool-findings.js';

const ENOUGH_DISK_BYTES = 5e9;
/** A boot test has a machine of 1 GiB; QEMU and the farm need something too. */
const ENOUGH_MEMORY_BYTES = 1.5 * 1024 ** 3;

/** Everything that building needs of this host, tools first. */
export const hostFindings = async (env: NodeJS.ProcessEnv): Promise<Finding[]> => {
  const home = homeOf(env);
  const { finding, sourceless, caps } = await settingsFinding(home.agentSettings, env);
  return [
    ...finding,
    ...toolFindings(env),
    namespaceFinding(),
    await idRangeFinding(),
    await acceleratorFinding(home),
    ...(await emulationFindings()),
    await rpmFinding(sourceless),
    memoryFinding(),
    ...capsFinding(caps),
    diskFinding(home),
    await signingFinding(home, env),
  ];
};

/** What the kernel says in a file of /proc; undefined where it has no such file. */
const kernelSays = (path: string): string | undefined =>
  readable(path) ? readFileSync(path, 'utf8') : undefined;

/** `text`: /proc/sys/user/max_user_namespaces. */
export const namespaceFinding = (text = kernelSays('/proc/sys/user/max_user_namespaces')): Finding => {
  const limit = Number(text ?? 0);
  const ok = limit > 0;
  const remedy = ok ? '' : 'sysctl user.max_user_namespaces=15000';
  const found = text === undefined ? 'none in this kernel' : `at most ${limit}`;
  return { check: 'user namespaces', ok, found, remedy };
};

/** `text`: /proc/meminfo. */
export const memoryFinding = (text = kernelSays('/proc/meminfo')): Finding => {
  const [, kibibytes] = /^MemAvailable:\s+(\d+) kB$/m.exec(text ?? '') ?? [];
  const free = Number(kibibytes ?? 0) * 1024;
  const ok = free >= ENOUGH_MEMORY_BYTES;
  const remedy = ok ? '' : `free memory until ${bytes(ENOUGH_MEMORY_BYTES)} are available for a boot test`;
  return { check: 'free memory', ok, found: bytes(free), remedy };
};

/** Ids that the files of an image may belong to: root needs none, everybody else a grant. */
export const idRangeFinding = async (range: typeof currentIdRange = currentIdRange): Promise<Finding> => {
  const check = 'subordinate ids';
  try {
    const { uid, gid } = await range();
    return { check, ok: true, found: `uids from ${uid.first}, gids from ${gid.first}`, remedy: '' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [found = '', remedy = ''] = message.split(/, which .* Have an administrator run: /);
    return { check, ok: false, found, remedy };
  }
};

const ACCELERATORS = {
  kvm: { found: 'KVM', remedy: '' },
  tcg: { found: 'none that works: software emulation', remedy: 'works, but boot tests take minutes' },
  unknown: { found: 'not known yet', remedy: 'the first boot test finds out' },
};

/** Emulation does as well, only slower: never a reason to say that a host cannot build. */
const acceleratorFinding = async (home: Home): Promise<Finding> => {
  const found = await rememberedAccelerator(home.agentState).catch(() => undefined);
  return { check: 'hardware acceleration', ok: true, ...ACCELERATORS[found ?? 'unknown'] };
};

type Settings = { finding: readonly Finding[]; sourceless: readonly NotBuilt[]; caps?: BuildCaps };

/** Nothing of a file that is sound, or absent: with one that is not, no farm starts. */
export const settingsFinding = async (path: string, env: NodeJS.ProcessEnv = {}): Promise<Settings> => {
  try {
    const { mirrors, limits, slots } = await readAgentSettings(path);
    const offered = { memoryBytes: hostMemoryBytes(), slots: slotsIn(env) ?? slots ?? 1 };
    return {
      ...{ finding: [], sourceless: await releasesWithoutSources(mirrors) },
      caps: buildCaps(limits, offered),
    };
  } catch (error) {
    const remedy = error instanceof Error ? error.message : String(error);
    return { finding: [{ check: path, ok: false, found: 'not sound', remedy }], sourceless: [] };
  }
};

/** What this host keeps every build within; nothing where its settings are not sound. */
export const capsFinding = (caps: BuildCaps | undefined): Finding[] => {
  if (caps === undefined) return [];
  const { processes, memoryBytes, diskBytes, files } = caps;
  const found = `${processes} processes, ${bytes(memoryBytes)} of memory, ${bytes(diskBytes)} of disk, ${files} files`;
  return [{ check: 'enforced on every build', ok: true, found, remedy: '' }];
};

const diskFinding = ({ root }: Home): Finding => {
  const { bavail, bsize } = statfsSync(nearestFolder(root));
  const free = bavail * bsize;
  const ok = free >= ENOUGH_DISK_BYTES;
  return {
    check: `free disk at ${root}`,
    ok,
    found: bytes(free),
    remedy: ok ? '' : `free ${bytes(ENOUGH_DISK_BYTES)} or set GILD_HOME to a larger disk`,
  };
};

const nearestFolder = (path: string): string => (readable(path) ? path : nearestFolder(join(path, '..')));
