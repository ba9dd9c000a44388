import { CommanderError } from 'commander';
import { enableCompileCache } from 'node:module';
import { faultText } from './fault-text.js';
import { EXIT } from './exit-codes.js';
import { RELEASE } from './release.js';
import { terminal as openTerminal } from './output/terminal.js';

/** First signal: finish cleanly. Second: leave at once; what runs for this process dies with it. */
const interruption = (): AbortSignal => {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return controller.signal;
};

const main = async (): Promise<void> => {
  enableCompileCache();
  const terminal = openTerminal(process);
  const context = {
    env: process.env,
    terminal,
    interrupted: interruption(),
    setExitCode: (code: number) => {
      process.exitCode = code;
    },
  };
  try {
    const { gildProgram } = await import('./program.js');
    await gildProgram(context, RELEASE).parseAsync();
  } catch (error) {
    if (context.interrupted.aborted) process.exit(EXIT.interrupted); // whatever failed, it was asked to
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
      return;
    }
    const { text, exitCode } = faultText(error);
    terminal.note(`${terminal.colours.red('error:')} ${text}`);
    process.exitCode = exitCode;
  }
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done); // the reader of our output went away, as `head` does
});
await main();
