import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { fishCompletion } from '../completion/fish.js';
import { knownWords } from '../completion/known-words.js';
import { zshCompletion } from '../completion/zsh.js';
import { type CommonOptions, type Context, printer } from './context.js';
import { examples, JSON_FLAG } from './option-texts.js';

const SCRIPTS = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `gild completion bash|zsh|fish`. */
export const completionCommand = (program: Command, context: Context): void => {
  program
    .command('completion <shell>')
    .description('print a script that lets bash, zsh or fish complete commands and options')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        'source <(gild completion bash)',
        'source <(gild completion zsh)',
        'gild completion fish | source',
      ),
    )
    .action((shell: string, flags: CommonOptions) => {
      const script = SCRIPTS.get(shell)?.(knownWords(program));
      if (script === undefined) {
        throw new Fault('INVALID_REQUEST', `expected bash, zsh or fish, found "${shell}"`);
      }
      printer(context, flags)({ shell, script }, (made) => made.script);
    });
};
