/**
 * Program and arguments for `spawn`, of a program that the kernel ends with SIGKILL when the process that started it is gone,
 * however that went. `options` are more of setpriv's own.
 */
export const boundToParent = (
  argv: readonly string[],
  options: readonly string[] = [],
): [program: string, args: string[]] => ['setpriv', [...options, '--pdeathsig', 'KILL', '--', ...argv]];

/** Did a bound program end at once because it is not there? */
export const isProgramMissing = (exitCode: number | null, printed: string): boolean =>
  exitCode === 127 && /^setpriv: failed to execute/m.test(printed);

/** What programs of the host are started with: the folders of administrators' tools in PATH, messages in English. */
export const hostProgramEnvironment = (): Record<string, string> => ({
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
  LC_ALL: 'C.UTF-8',
});
