import type { HttpClient } from '../client/http-client.js';
import type { ConnectOptions } from '../client/connect.js';
import { openSession, type Session } from '../client/session.js';
import type { Terminal } from '../output/terminal.js';

/** What every command works with. */
export type Context = {
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  /** Has each further one call this, in place of ending the program at once. Answers what undoes that. */
  onInsisted: (handle: () => void) => () => void;
  setExitCode: (code: number) => void;
};

/** Options every command has. */
export type CommonOptions = { json?: boolean };

/**
 * Runs an action against the server and always lets go of it. The first Ctrl-C ends every request of `client`; what must
 * go on after it asks `session.client`.
 */
export const withServer = async (
  { env, terminal, interrupted }: Context,
  action: (client: HttpClient, session: Session) => Promise<void>,
  { purpose = 'reading' }: Partial<Pick<ConnectOptions, 'purpose'>> = {},
): Promise<void> => {
  const session = await openSession(env, { purpose, interrupted, note: terminal.note });
  try {
    await action(interruptible(session.client, interrupted), session);
  } finally {
    await session.close();
  }
};

const interruptible = (client: HttpClient, interrupted: AbortSignal): HttpClient => ({
  json: (call, signal = interrupted) => client.json(call, signal),
  stream: (call, signal = interrupted) => client.stream(call, signal),
  events: (call, signal = interrupted) => client.events(call, signal),
});

/** Prints one JSON document, or what `text` makes of it for people. */
export const printer =
  (context: Context, options: CommonOptions) =>
  <T>(value: T, text: (value: T) => string): void => {
    context.terminal.out(
      options.json === true
        ? `${JSON.stringify(value, null, 2)}
`
        : text(value),
    );
  };

/** A path of the API with its query; undefined members are left out. */
export const apiPath = (
  segments: readonly string[],
  query: Record<string, string | undefined> = {},
): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  return `/v1/${segments.map(encodeURIComponent).join('/')}${search}`;
};

export const get = (
  client: Pick<HttpClient, 'json'>,
  path: string,
  patience: { withinMs?: number } = {},
): Promise<unknown> => client.json({ method: 'GET', path, ...patience });

/** What the server works on for long, it gives up itself before this, and can say why. */
export const LONG_WORK = { plan: { withinMs: 240_000 }, reading: { withinMs: 660_000 } } as const;
