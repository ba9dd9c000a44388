import { accessSync, constants, readFileSync } from 'node:fs';
import { machine } from 'node:os';
import { delimiter, join } from 'node:path';
import { installRoot } from '../../farm/install-root.js';
import type { Finding } from './finding.js';

const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The list the launcher installs from, so that both always agree. */
export const toolFindings = (env: NodeJS.ProcessEnv): Finding[] =>
  toolsOf(readFileSync(join(installRoot, 'tools', 'host-tools.txt'), 'utf8'), machine()).map(
    ({ tool, packageName }) => {
      const path = locate(tool, env);
      const remedy = path === undefined ? `apt-get install ${packageName}` : '';
      return { check: tool, ok: path !== undefined, found: path ?? 'not found', remedy };
    },
  );

/** What a host needs for more than the tests. `host`: what `uname -m` says there. */
export const toolsOf = (list: string, host: string): { tool: string; packageName: string }[] =>
  list
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([tool = '']) => tool !== '' && !tool.startsWith('#'))
    .filter(([, , uses, onlyOn = host]) => uses !== 'test' && onlyOn === host)
    .map(([tool = '', packageName = '']) => ({ tool, packageName }));

const locate = (tool: string, env: NodeJS.ProcessEnv): string | undefined => {
  if (tool.startsWith('/')) return readable(tool) ? tool : undefined;
  const folders = [...(env['PATH'] ?? '').split(delimiter), ...ADMIN_FOLDERS];
  return folders.map((folder) => join(folder, tool)).find((path) => readable(path));
};

export const readable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};
