import type { IssueJoinTokenReply } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { apiPath, type CommonOptions, type Context, printer, withServer } from '../context.js';

export type TokenFlags = CommonOptions & { id?: string; ttl: string; label?: string[] };

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time such as 90s, 30m, 1h or 2d. Fault: INVALID_REQUEST. */
export const secondsOf = (text: string): number => {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (SECONDS[unit] ?? Number.NaN);
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new Fault('INVALID_REQUEST', `--ttl: expected a time such as 30m, 1h or 2d, found "${text}"`);
};

/** `gild agent token`. */
export const issueToken = (flags: TokenFlags, context: Context): Promise<void> => {
  const forAgent = flags.id === undefined ? {} : { agent_id: flags.id };
  const body = { ...forAgent, ttl_seconds: secondsOf(flags.ttl), labels: flags.label ?? [] };
  return withServer(context, async (client) => {
    const issued = (await client.json({
      method: 'POST',
      path: apiPath(['join-tokens']),
      body,
    })) as IssueJoinTokenReply;
    printer(context, flags)(issued, (told) =>
      tokenText(told, context.env['GILD_URL'] ?? 'http://GATEWAY:7440', flags.id),
    );
  });
};

export const tokenText = ({ token, expiresAt }: IssueJoinTokenReply, url: string, id?: string): string => {
  const [who, name] = id === undefined ? ['One agent', ''] : [`Agent ${id}`, ` --id ${id}`];
  return `${token}\n\n${who} may join with it until ${expiresAt}. On its host, with the token as its input:\n  gild agent join --url ${url}${name} --token-file -\n`;
};
