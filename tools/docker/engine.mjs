// The Docker engine that the tests of what deploys the farm talk to.
import { spawnSync } from 'node:child_process';

export const port = process.env.GILD_PORT ?? '17440';

/** What every command sees; images found later are named in it. */
export const env = {
  ...process.env,
  DOCKER_BUILDKIT: '1',
  GILD_PORT: port,
  COMPOSE_PROJECT_NAME: 'gild-test',
};

export const run = (program, args, options = {}) =>
  spawnSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

/** What the program prints; it throws when it fails. */
export const must = (program, args, options) => {
  const { status, error, stdout } = run(program, args, options);
  if (status !== 0)
    throw new Error(`${program} ${args.slice(0, 6).join(' ')} … ended with ${error?.message ?? status}`);
  return stdout.trim();
};

export const answers = (...args) => run('docker', args, { stdio: 'ignore' }).status === 0;

/** Where the program lies; undefined where there is none. */
export const programAt = (name) => run('sh', ['-c', 'command -v "$0"', name]).stdout.trim() || undefined;
