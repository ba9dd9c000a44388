import { access, constants } from 'node:fs/promises';
import { saysNoSpace } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { z } from 'zod';
import { runHostTool } from '../run-host-tool.js';

const Info = z.object({ 'virtual-size': z.int() });
const IN_USE = /Failed to get .*lock/;

const failed =
  (what: string) =>
  (printed: string): Fault =>
    saysNoSpace(printed)
      ? new Fault('NO_SPACE', `no space left to ${what}; free some and try again`)
      : new Fault('TOOL_FAILED', `qemu-img could not ${what}: ${printed.trim() || 'it printed nothing'}`);

type For = { neededBy: string; signal: AbortSignal };

/** Looks before anything is made. Fault: TOOL_MISSING. */
export const requireQemuImg = async (run: For): Promise<void> => {
  await runHostTool({ argv: ['qemu-img', '--version'], ...run, failed: failed('start') });
};

/** The bytes of the disk that a guest sees. */
export const virtualSizeOf = async (path: string, format: string, run: For): Promise<number> => {
  const argv = ['qemu-img', 'info', '--output=json', '-f', format, path];
  const printed = await runHostTool({ argv, ...run, failed: failed(`read ${path}`) });
  return Info.parse(JSON.parse(printed))['virtual-size'];
};

/** Makes a disk that holds what differs from another one, which it never writes to. */
export const makeOverlay = async (
  overlay: { path: string; sizeBytes: number; backing: { path: string; format: string } },
  run: For,
): Promise<void> => {
  const { path, sizeBytes, backing } = overlay;
  const argv = [
    ...['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', backing.format, '-b', backing.path],
    ...[path, String(sizeBytes)],
  ];
  await runHostTool({ argv, ...run, failed: failed(`make an overlay of ${backing.path}`) });
};

const CORRUPT = 2;
const LEAKS = 3;
/** What it says of the bytes of a file alone. */
const CORRUPTED = /not in qcow2 format|Image is corrupt|corrupted/;
/** What it says of a file that it has opened, unless something of this host keeps it from reading on. */
const DAMAGED = /header|table|refcount|backing file|invalid|unsupported|too (large|small|big|short)/i;
const ELSEWHERE =
  /denied|not permitted|Input\/output error|Remote I\/O|timed out|not connected|Connection|No such device|Too many open files|Cannot allocate|Value too large|Stale file|Failed to lock|shared libraries/;

/** What there is to say of an overlay: whether a machine runs from it now, for QEMU locks what it writes to, or how it is damaged. */
export type OverlayFinding = 'sound' | 'in use' | { damage: string };

/**
 * Clusters that nobody refers to, which a cut of the power leaves, are no damage. Faults: TOOL_MISSING; VM_UNREADABLE and TOOL_FAILED where it
 * cannot be found out.
 */
export const overlayFinding = async (path: string, run: For): Promise<OverlayFinding> => {
  await access(path, constants.R_OK).catch((cause: Error) => {
    throw new Fault('VM_UNREADABLE', `cannot tell whether ${path} is in use: ${cause.message}`, { cause });
  });
  const argv = ['qemu-img', 'check', '-q', '-f', 'qcow2', path];
  let found: OverlayFinding | undefined;
  const judged = (printed: string, code: number | null): Fault => {
    found = findingOf(printed.trim(), code, path);
    return failed(`tell whether ${path} is sound, or in use`)(printed);
  };
  try {
    await runHostTool({ argv, ...run, failed: judged });
    return 'sound';
  } catch (error) {
    if (found === undefined) throw error;
    return found;
  }
};

/** By its exit code, which is none where it was killed, and what it prints but for the path, which may say anything. */
const findingOf = (printed: string, code: number | null, path: string): OverlayFinding | undefined => {
  const words = printed.replaceAll(path, '');
  if (IN_USE.test(words)) return 'in use';
  if (code === LEAKS) return 'sound';
  return code !== null && tellsOfDamage(words, code) ? { damage: printed } : undefined;
};

const tellsOfDamage = (words: string, code: number): boolean =>
  code === CORRUPT || CORRUPTED.test(words) || (DAMAGED.test(words) && !ELSEWHERE.test(words));
