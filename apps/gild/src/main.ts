import { CommanderError } from 'commander';
import { enableCompileCache } from 'node:module';
import type { Context } from './commands/context.js';
import { faultText } from './fault-text.js';
import { EXIT } from './exit-codes.js';
import { RELEASE } from './release.js';
import { outliveReaders } from './output/gone-readers.js';
import { type Terminal, terminal as openTerminal } from './output/terminal.js';

type Interruption = { controller: AbortController; onInsisted: Context['onInsisted'] };

/** First signal: finish cleanly. Second: leave at once, unless a command has its own way; what runs for this process dies with it. */
const interruption = (): Interruption => {
  const controller = new AbortController();
  const leave = (): void => process.exit(EXIT.interrupted);
  let insisted = leave;
  const onSignal = () => (controller.signal.aborted ? insisted() : controller.abort());
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    controller,
    onInsisted: (handle) => {
      insisted = handle;
      return () => void (insisted = leave);
    },
  };
};

/** Ends what still writes when nobody reads it; unlike a signal this leaves the exit code to what happened. */
const watchReaders = (interrupt: AbortController, { note }: Terminal): (() => boolean) => {
  let gone = false;
  outliveReaders(process, {
    stdoutGone: () => {
      gone = !interrupt.signal.aborted;
      interrupt.abort();
    },
    stdoutFailed: (error) => {
      note(`error: the output could not be written: ${error.message}`);
      process.exitCode = EXIT.failed;
    },
  });
  return () => gone;
};

const main = async (): Promise<void> => {
  enableCompileCache();
  const terminal = openTerminal(process);
  const { controller: interrupt, onInsisted } = interruption();
  const readerIsGone = watchReaders(interrupt, terminal);
  const context: Context = {
    env: process.env,
    terminal,
    interrupted: interrupt.signal,
    onInsisted,
    setExitCode: (code) => {
      process.exitCode = code;
    },
  };
  try {
    const { gildProgram } = await import('./program.js');
    await gildProgram(context, RELEASE).parseAsync();
  } catch (error) {
    if (readerIsGone()) process.exit();
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

await main();
