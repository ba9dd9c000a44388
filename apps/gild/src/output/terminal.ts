import pc from 'picocolors';

/** Where the program speaks: results on stdout, everything else on stderr, so that `--json` output stays clean. */
export type Terminal = {
  out: (text: string) => void;
  note: (line: string) => void;
  /** Shows a line that the next one replaces; a no-op where stderr is not a terminal. */
  status: (line: (columns: number) => string) => void;
  clearStatus: () => void;
  interactive: boolean;
  colours: ReturnType<typeof pc.createColors>;
};

type Streams = { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream; env: NodeJS.ProcessEnv };

export const terminal = ({ stdout, stderr, env }: Streams): Terminal => {
  // A pipe has no isTTY, and picocolors takes undefined for leave to colour under CI.
  const interactive = 'isTTY' in stderr && stderr.isTTY && env['TERM'] !== 'dumb';
  let drawn = false;
  const clearStatus = () => {
    if (drawn) stderr.write('\r\u001b[2K');
    drawn = false;
  };
  return {
    interactive,
    colours: pc.createColors(interactive && (env['NO_COLOR'] ?? '') === ''),
    out: (text) => {
      clearStatus();
      stdout.write(text);
    },
    note: (line) => {
      clearStatus();
      stderr.write(`${line}\n`);
    },
    status: (line) => {
      if (!interactive) return;
      clearStatus();
      stderr.write(line(stderr.columns));
      drawn = true;
    },
    clearStatus,
  };
};
