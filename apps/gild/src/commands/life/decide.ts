import { randomIds } from '@gild/node-runtime';
import { apiPath, type Context, withServer } from '../context.js';

/** Asks for a decision about an image, once: also where the answer to the first request was lost. */
export const decide = <T>(
  { method = 'POST', path, body, query }: Decision,
  context: Context,
  show: (answer: T) => void,
): Promise<void> =>
  withServer(context, async (client) => {
    const headers = { 'idempotency-key': randomIds.ulid() };
    const call = { method, path: apiPath(path, query), headers, repeatable: true };
    show((await client.json({ ...call, ...(body !== undefined && { body }) })) as T);
  });

type Decision = {
  method?: 'POST' | 'DELETE';
  path: readonly string[];
  body?: Record<string, unknown>;
  query?: Record<string, string | undefined>;
};
