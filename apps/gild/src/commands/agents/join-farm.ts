import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentId, agentIdOfHost, JoinReply, JoinToken } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { actorOf } from '../../client/actor.js';
import { urlEndpoint } from '../../client/endpoint.js';
import { httpClient } from '../../client/http-client.js';
import { installRoot } from '../../farm/install-root.js';
import { RELEASE } from '../../release.js';
import { apiPath, type CommonOptions, type Context, printer } from '../context.js';
import { plainWarning, shownToken } from './shown-token.js';
import { becomeOwnerOf, userName } from './folder-owner.js';

export type JoinFlags = CommonOptions & {
  url?: string;
  token?: string;
  tokenFile?: string;
  id?: string;
  state?: string;
};

type Joining = { url: string; token: string; agentId: string; state: string };

/** `gild agent join`: the key is made here, and only its public half is told. */
export const joinFarm = async (flags: JoinFlags, context: Context): Promise<void> => {
  const { url, token, agentId, state } = await joiningOf(flags, context);
  // Loaded here alone: it brings everything an agent is made of.
  const { agentKey, formerIdentity, isOfFarm, writeIdentity } = await import('@gild/builder-edge');
  becomeOwnerOf(state);
  const former = await formerIdentity(state);
  const { seed, publicKey } = await agentKey(state);
  const client = httpClient(urlEndpoint(url, undefined), actorOf(context.env));
  const body = { token, agentId, publicKey, release: RELEASE };
  const call = { method: 'POST', path: apiPath(['agents', 'join']), body, repeatable: true };
  const { credentials, farm } = JoinReply.parse(await client.json(call, context.interrupted));
  await writeIdentity(state, { agentId, publicKey, seed, credentials, farm });
  const leftFarm = former && !isOfFarm(former, credentials) ? former.farm.natsUrl : undefined;
  const result = {
    ...{ agent_id: agentId, public_key: publicKey, state, nats_url: farm.natsUrl },
    ...(leftFarm !== undefined && { left_farm: leftFarm }),
  };
  printer(context, flags)(result, () => joinedText({ agentId, state, owner: userName(), leftFarm }));
};

const joiningOf = async (flags: JoinFlags, context: Context): Promise<Joining> => {
  const { env } = context;
  const url = told(flags.url ?? env['GILD_URL'], '--url: where is the gateway of the farm?');
  const agentId = checked(AgentId.safeParse(flags.id ?? agentIdOfHost(hostname())), '--id');
  const warning = plainWarning(url, env);
  if (warning !== undefined) context.terminal.note(`warning: ${warning}`);
  return {
    ...{ url, agentId, token: await tokenOf(flags, context) },
    state: resolve(flags.state ?? env['GILD_STATE'] ?? '/var/lib/gild/agent'),
  };
};

const tokenOf = async (flags: JoinFlags, { env, interrupted, terminal }: Context): Promise<string> => {
  const { tokenFile, token } = flags;
  if (tokenFile === '-' && token === undefined && process.stdin.isTTY)
    terminal.note('paste the join token, then Enter and Ctrl-D');
  const shown = await shownToken(flags, { env, input: process.stdin, signal: interrupted });
  const question = '--token-file: an administrator makes one with gild agent token';
  return checked(JoinToken.safeParse(told(shown, question)), 'the join token');
};

const told = (value: string | undefined, question: string): string => {
  if (value !== undefined && value !== '') return value;
  throw new Fault('INVALID_REQUEST', question);
};

type Parsed = { success: true; data: string } | { success: false; error: { issues: { message: string }[] } };

const checked = (parsed: Parsed, option: string): string => {
  if (parsed.success) return parsed.data;
  throw new Fault('INVALID_REQUEST', `${option}: ${parsed.error.issues[0]?.message ?? 'not valid'}`);
};

type JoinedFacts = { agentId: string; state: string; owner: string; leftFarm: string | undefined };

const joinedText = ({ agentId, state, owner, leftFarm }: JoinedFacts): string => {
  const left =
    leftFarm === undefined
      ? ''
      : `the credentials in ${state} were of another farm, whose NATS is at ${leftFarm}: they are replaced\n`;
  const builder = join(installRoot, 'apps', 'builder', 'dist', 'main.js');
  return `${left}this host has joined the farm as agent ${agentId}; its key and credentials are in ${state}, for ${owner} alone\nAs ${owner}, start it with:\n  GILD_STATE=${state} ${process.execPath} ${builder}\n`;
};
