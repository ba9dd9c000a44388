import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installRoot } from '../../farm/install-root.js';
import type { Finding } from './finding.js';

const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The list the launcher installs from, so that both always agree. */
export const toolFindings = (env: NodeJS.ProcessEnv): Finding[] =>
  readFileSync(join(installRoot, 'tools', 'host-tools.txt'), 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([tool, , uses]) => tool !== '' && tool?.startsWith('#') === false && uses !== 'test')
    .map(([tool = '', packageName = '']) => {
      const path = locate(tool, env);
      const remedy = path === undefined ? `apt-get install ${packageName}` : '';
      return { check: tool, ok: path !== undefined, found: path ?? 'not found', remedy };
    });

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
