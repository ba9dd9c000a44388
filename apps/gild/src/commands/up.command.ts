import { Fault } from '@gild/ports';
import type { Command } from 'commander';
import { homeOf } from '../farm/home.js';
import type { CommonOptions, Context } from './context.js';
import { examples } from './option-texts.js';

type Flags = CommonOptions & { listen?: string };

/** `gild up`: the embedded farm in the foreground. */
export const upCommand = (program: Command, context: Context): void => {
  program
    .command('up')
    .description('run the farm in the foreground: HTTP API on a unix socket, and on a TCP port when asked')
    .option(
      '--listen <address>',
      'also listen on HOST:PORT; every request then needs the token that is printed',
    )
    .option('--json', 'print one line of JSON once it is up: {pid, socket}, and with --listen {url, token}')
    .addHelpText('after', examples('gild up', 'gild up --listen 127.0.0.1:7440'))
    .action((flags: Flags) => up(flags, context));
};

const up = async ({ listen, json }: Flags, { env, terminal, interrupted }: Context): Promise<void> => {
  const home = homeOf(env);
  const [{ startEmbeddedFarm }, { parseListen }] = await Promise.all([
    import('../farm/embedded-farm.js'),
    import('../farm/tcp-listener.js'),
  ]);
  const farm = await startEmbeddedFarm(home, {
    kind: 'up',
    listen: listen === undefined ? undefined : parseListen(listen),
  });
  if (farm === undefined) {
    throw new Fault(
      'CONFLICT',
      `another farm or a plan runs on ${home.root}; end it, or set GILD_HOME to another folder`,
    );
  }
  const overTcp = farm.url === undefined ? {} : { url: farm.url, token: farm.token };
  if (json === true) {
    terminal.out(`${JSON.stringify({ pid: process.pid, socket: home.socket, ...overTcp })}\n`);
  } else {
    terminal.note(`the farm is up: ${home.socket}`);
    if (farm.url !== undefined) terminal.note(`${farm.url}  token: ${farm.token}`);
  }
  terminal.note('Ctrl-C stops it; a build under way is taken up again at the next start');
  await new Promise<void>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(), { once: true });
    if (interrupted.aborted) resolve();
  });
  terminal.note('stopping; Ctrl-C again leaves at once');
  await farm.close();
};
