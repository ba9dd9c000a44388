import type { Command } from 'commander';
import { printable } from '../output/format.js';
import { apiPath, type Context, withServer } from './context.js';

/** `gild logs ID [-f]`. */
export const logsCommand = (program: Command, context: Context): void => {
  program
    .command('logs <id>')
    .description('print the log of a build')
    .option('-f, --follow', 'go on until the build has ended')
    .option('--raw', 'print bytes as they were written; escape sequences may change your terminal')
    .action((id: string, flags: { follow?: boolean; raw?: boolean }) => logs(id, flags, context));
};

const logs = (id: string, flags: { follow?: boolean; raw?: boolean }, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const path = apiPath(['jobs', id, 'logs'], { follow: flags.follow === true ? 'true' : undefined });
    const decoder = new TextDecoder();
    for await (const { event, data } of client.events({ method: 'GET', path }, context.interrupted)) {
      if (event !== 'log') continue;
      const bytes = Buffer.from((data as { base64: string }).base64, 'base64');
      if (flags.raw === true) process.stdout.write(bytes);
      else context.terminal.out(printable(decoder.decode(bytes, { stream: true })));
    }
  });
