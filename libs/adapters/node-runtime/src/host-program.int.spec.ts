import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { boundToParent, isProgramMissing } from './host-program.js';

it('ends a program whose starter was killed', async () => {
  const [program, args] = boundToParent(['sh', '-c', 'echo $$; exec sleep 98799']);
  const starter = spawn('sh', ['-c', '"$@" & wait', 'sh', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  starter.kill('SIGKILL');
  await once(starter.stdout, 'close'); // the last who could write to it is gone
  expect(spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout).not.toContain(
    '98799',
  );
});

it('tells a program that is not there from one that failed', () => {
  const run = (...argv: string[]) => {
    const { status, stderr } = spawnSync(...boundToParent(argv), { encoding: 'utf8' });
    return isProgramMissing(status, stderr);
  };
  expect([run('no-such-program'), run('sh', '-c', 'exit 127')]).toStrictEqual([true, false]);
});
