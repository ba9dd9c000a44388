import { ForgottenHostCache } from '@gild/contracts';
import { randomIds } from '@gild/node-runtime';
import { apiPath, type CommonOptions, type Context, printer, withServer } from '../context.js';

export type ForgetFlags = CommonOptions & { reason: string };

/** Has a host that is gone for good, and what its cache held, on record for the past alone. */
export const forget = (host: string, flags: ForgetFlags, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const path = apiPath(['hosts', host, 'cache', 'forgetting']);
    const body = { reason: flags.reason };
    const headers = { 'idempotency-key': randomIds.ulid() };
    const answer = await client.json({ method: 'POST', path, body, headers, repeatable: true });
    printer(context, flags)(ForgottenHostCache.parse(answer), forgottenText);
  });

const forgottenText = ({ host, recorded, entries }: ForgottenHostCache): string =>
  recorded
    ? `${host} is forgotten, with ${entries === 1 ? '1 entry' : `${entries} entries`} of its cache; a cache manager that runs there all the same puts it on record again when it looks next\n`
    : `${host} was forgotten before, and is not on record since\n`;
