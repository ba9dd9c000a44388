import { execFileSync, spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolveDefinition } from '@gild/contracts';
import { bootChecks } from './boot-checks.js';

const definition = resolveDefinition({ name: 'x', base_os: 'debian', disk_size_gb: 10 });
const checks = (port = 1) =>
  bootChecks({
    definition,
    taskservs: [
      {
        name: 'web',
        versionPackage: 'web',
        installation: {
          ...{ packages: [], repositories: [], downloads: [], seeds: [] },
          ...{ files: [], scripts: [], enable: [], disable: [] },
        },
        checks: [{ name: 'port', port, within_seconds: 1 }],
      },
    ],
  });
const argvOf = (name: string, port?: number) => checks(port).find((check) => check.name === name)?.argv ?? [];

describe('a check that asks a real system', () => {
  it('measures the root file system', () => {
    const { bsize, blocks } = statfsSync('/');
    const [program = '', ...args] = argvOf('system/root-grown');
    expect(execFileSync(program, args, { encoding: 'utf8' })).toBe(`${String((bsize * blocks) / 1024)} KiB`);
    expect(spawnSync(program, [...args.slice(0, -1), String(2 ** 60)]).status).toBe(1);
  });

  it('finds a port that answers, and one that does not', async () => {
    const server = createServer((socket) => socket.end());
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    const statusOf = () => {
      const [program = '', ...args] = argvOf('web/port', port);
      return spawnSync(program, args).status;
    };
    expect(statusOf()).toBe(0);
    await new Promise((resolve) => server.close(resolve));
    expect(statusOf()).not.toBe(0);
  });
});
