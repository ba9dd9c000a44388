import { spawnSync } from 'node:child_process';

/** Whether that command works here; when not, says loudly what goes untested for want of it. */
export const isPossible = (what: string, [file = '', ...args]: readonly string[]): boolean => {
  const works = spawnSync(file, args, { stdio: 'ignore' }).status === 0;
  if (!works)
    process.stderr.write(
      `\nNOT TESTED: ${what}, because "${[file, ...args].join(' ')}" does not work here\n\n`,
    );
  return works;
};
