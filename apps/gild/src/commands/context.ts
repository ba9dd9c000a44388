import { type Connection, connect } from '../client/connect.js';
import type { HttpClient } from '../client/http-client.js';
import type { Terminal } from '../output/terminal.js';

/** What every command works with. */
export type Context = {
  env: NodeJS.ProcessEnv;
  terminal: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  interrupted: AbortSignal;
  setExitCode: (code: number) => void;
};

/** Options every command has. */
export type CommonOptions = { json?: boolean };

/** Runs an action against the server and always lets go of it. */
export const withServer = async (
  context: Context,
  action: (client: HttpClient, connection: Connection) => Promise<void>,
  { building = false } = {},
): Promise<void> => {
  const connection = await connect(context.env, { building });
  try {
    await action(connection.client, connection);
  } finally {
    await connection.close();
  }
};

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

export const get = (client: HttpClient, path: string): Promise<unknown> =>
  client.json({ method: 'GET', path });
