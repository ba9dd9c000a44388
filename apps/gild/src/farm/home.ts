import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '@gild/ports';
import { folderList } from '@gild/taskserv-catalogue';
import { installRoot } from './install-root.js';

/** Longest path of a unix socket on Linux (sun_path, unix(7)), less its terminator. */
const LONGEST_SOCKET_PATH = 107;

/** The folders and files of an embedded farm. */
export type Home = {
  root: string;
  socket: string;
  lock: string;
  events: string;
  objects: string;
  /** PEM file of the key that signs the history. */
  signingKey: string;
  /** Layers and package archives; may be deleted at any time while no farm runs. */
  cache: string;
  /** Images that this host keeps to start machines from, while the policy names no other place. */
  hostCache: string;
  /** What VMs of this host are made of, a folder for each. */
  vms: string;
  scratch: string;
  agentState: string;
  agentSettings: string;
  userTaskservs: string;
  /** Folders of taskservs: what a later one has takes the place of what an earlier one has under the same name. */
  catalogue: readonly string[];
};

/** The state of the embedded farm: `GILD_HOME`, else `~/.local/share/gild` (XDG Base Directory Specification). */
export const homeOf = (env: NodeJS.ProcessEnv): Home => {
  const root = resolve(given(env['GILD_HOME']) ?? join(sharedData(env), 'gild'));
  const socket = join(root, 'gild.sock');
  if (Buffer.byteLength(socket) > LONGEST_SOCKET_PATH) {
    const message = `GILD_HOME is too long for a unix socket: ${socket} has more than ${LONGEST_SOCKET_PATH} bytes`;
    throw new Fault('INVALID_REQUEST', message);
  }
  const userTaskservs = join(root, 'taskservs');
  return {
    root,
    socket,
    lock: join(root, 'farm.lock'),
    events: join(root, 'events.db'),
    objects: join(root, 'objects'),
    signingKey: join(root, 'keys', 'signing.pem'),
    cache: join(root, 'cache'),
    hostCache: join(root, 'host-cache'),
    vms: join(root, 'vms'),
    scratch: join(root, 'scratch'),
    agentState: join(root, 'agent'),
    agentSettings: join(root, 'agent.yaml'),
    userTaskservs,
    catalogue: [join(installRoot, 'taskservs'), userTaskservs, ...folderList(env['GILD_TASKSERVS'])],
  };
};

/** An empty variable counts as unset. */
const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

const sharedData = (env: NodeJS.ProcessEnv): string =>
  given(env['XDG_DATA_HOME']) ?? join(given(env['HOME']) ?? homeInPasswd(), '.local', 'share');

const homeInPasswd = (): string => {
  try {
    return homedir();
  } catch (cause) {
    throw new Fault('INVALID_REQUEST', 'this user has no home folder: set GILD_HOME', { cause });
  }
};

/**
 * Creates the folders that are missing, private to the user; one that is there keeps its mode. Fault: INVALID_REQUEST when
 * that is not possible.
 */
export const prepareHome = (home: Home): void => {
  try {
    for (const folder of [
      home.root,
      home.objects,
      home.cache,
      home.scratch,
      home.agentState,
      home.userTaskservs,
    ]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('INVALID_REQUEST', `cannot use ${home.root} as GILD_HOME: ${reason}`, { cause });
  }
};
