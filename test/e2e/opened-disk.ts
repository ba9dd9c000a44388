import { spawnSync } from 'node:child_process';

const ROOT_OFFSET = 135_168 * 512;
const ESP_OFFSET = 4096 * 512;

const output = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8' }).stdout;

/** Looks into the file systems of a raw disk without mounting them. */
export const openedDisk = (path: string) => ({
  /** What a command of debugfs says of the root file system. */
  root: (command: string): string => output('debugfs', ['-R', command, `${path}?offset=${ROOT_OFFSET}`]),
  /** A file of the EFI system partition. */
  esp: (file: string): string => output('mtype', ['-i', `${path}@@${ESP_OFFSET}`, `::${file}`]),
});
