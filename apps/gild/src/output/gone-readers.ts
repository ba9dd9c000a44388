type Streams = { stdout: NodeJS.EventEmitter; stderr: NodeJS.EventEmitter };

type OnTrouble = {
  /** Nobody reads the results any more, as after `head`. */
  stdoutGone: () => void;
  /** The results cannot be written, as on a full disk. */
  stdoutFailed: (error: Error) => void;
};

/**
 * Keeps the program alive when the reader of a stream goes away. What goes to stderr is lost then, which is no reason to
 * end; what to do about stdout is said by `on`, once.
 */
export const outliveReaders = ({ stdout, stderr }: Streams, on: OnTrouble): void => {
  stderr.on('error', () => undefined);
  let told = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (told) return;
    told = true;
    if (error.code === 'EPIPE') on.stdoutGone();
    else on.stdoutFailed(error);
  });
};
