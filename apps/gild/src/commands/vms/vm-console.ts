import type { VmProcess } from '@gild/hypervisor-qemu';

const CTRL_C = 0x03;

/**
 * Shows a machine's console on stderr and, in a terminal, sends it every key but Ctrl-C, which is for this program. Answers what gives the
 * terminal back.
 */
export const attachConsole = ({ output, input }: VmProcess['console'], onCtrlC: () => void): (() => void) => {
  output.pipe(process.stderr, { end: false });
  const { stdin } = process;
  if (!stdin.isTTY) return () => output.unpipe(process.stderr);
  const onKeys = (keys: Buffer): void => {
    if (keys.includes(CTRL_C)) onCtrlC();
    else input.write(keys);
  };
  stdin.setRawMode(true);
  stdin.on('data', onKeys);
  return () => {
    output.unpipe(process.stderr);
    stdin.off('data', onKeys);
    stdin.setRawMode(false);
    stdin.pause();
  };
};
