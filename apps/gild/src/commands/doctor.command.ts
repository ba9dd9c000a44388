import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.js';
import { homeOf } from '../farm/home.js';
import { installRoot } from '../farm/install-root.js';
import { bytes } from '../output/format.js';
import { table } from '../output/table.js';
import { type CommonOptions, type Context, printer } from './context.js';

type Finding = { check: string; ok: boolean; found: string; remedy: string };

const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
const ENOUGH_DISK_BYTES = 5e9;

/** `gild doctor`: what this host lacks for building images, and what to do about it. */
export const doctorCommand = (program: Command, context: Context): void => {
  program
    .command('doctor')
    .description('check the tools and limits of this host and say what to install')
    .option('--json', 'print one JSON document')
    .action((flags: CommonOptions) => {
      const findings = [...toolFindings(context.env), namespaceFinding(), diskFinding(context.env)];
      if (findings.some(({ ok }) => !ok)) context.setExitCode(EXIT.failed);
      printer(context, flags)({ ok: findings.every(({ ok }) => ok), findings }, report);
    });
};

const report = ({ ok, findings }: { ok: boolean; findings: Finding[] }): string => {
  const rows = findings.map((finding) => [
    finding.ok ? 'ok' : 'MISSING',
    finding.check,
    finding.found,
    finding.remedy,
  ]);
  const packages = findings.filter((finding) => !finding.ok && finding.remedy.startsWith('apt-get'));
  const names = packages.map(({ remedy }) => remedy.split(' ').at(-1));
  const install = names.length === 0 ? '' : `install what is missing: apt-get install ${names.join(' ')}\n`;
  return `${table(['', 'check', 'found', 'what to do'], rows)}${install}${ok ? 'this host can build images\n' : ''}`;
};

/** The list the launcher installs from, so that both always agree. */
const toolFindings = (env: NodeJS.ProcessEnv): Finding[] =>
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

const readable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

const namespaceFinding = (): Finding => {
  const limit = Number(readFileSync('/proc/sys/user/max_user_namespaces', 'utf8'));
  const ok = limit > 0;
  const remedy = ok ? '' : 'sysctl user.max_user_namespaces=15000';
  return { check: 'user namespaces', ok, found: `at most ${limit}`, remedy };
};

const diskFinding = (env: NodeJS.ProcessEnv): Finding => {
  const { root } = homeOf(env);
  const { bavail, bsize } = statfsSync(nearestFolder(root));
  const free = bavail * bsize;
  const ok = free >= ENOUGH_DISK_BYTES;
  return {
    check: `free disk at ${root}`,
    ok,
    found: bytes(free),
    remedy: ok ? '' : `free ${bytes(ENOUGH_DISK_BYTES)} or set GILD_HOME to a larger disk`,
  };
};

const nearestFolder = (path: string): string => (readable(path) ? path : nearestFolder(join(path, '..')));
