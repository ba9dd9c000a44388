// Runs the gild command for those that prepare a farm in containers; what it prints to stderr is theirs.
import { spawnSync } from 'node:child_process';

/** How the command ended, and what it printed. */
export const gildEnding = (args, env = {}) => {
  const { status, stdout, error } = spawnSync(process.execPath, ['apps/gild/dist/main.js', ...args], {
    env: { ...process.env, GILD_HOME: '/tmp/gild', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (error !== undefined) console.error(error.message);
  return { status: status ?? 1, stdout };
};

/** What the command prints. It ends this process when it fails: with its exit code, and with what it said. */
export const gild = (args, env) => {
  const { status, stdout } = gildEnding(args, env);
  if (status === 0) return stdout;
  process.exit(status);
};
