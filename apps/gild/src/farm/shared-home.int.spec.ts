import { once } from 'node:events';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { agentIdOfHost } from '@gild/contracts';
import { GildHome } from '../process-tests/gild-process.js';
import { takeFarmLock } from './farm-lock.js';
import { homeOf } from './home.js';

import.meta.jest.setTimeout(60_000); // starts several processes, each of which loads the whole farm

let home: GildHome;
beforeEach(() => (home = new GildHome()));
afterEach(() => home.remove());

const up = async (...args: string[]) => {
  const farm = home.start(['up', ...args]);
  await farm.says(/Ctrl-C stops it/);
  return farm;
};
const ran = async (...args: string[]) => {
  const command = home.start(args);
  return { code: await command.exit, stdout: command.stdout, stderr: command.stderr };
};
const queuedJob = async (name: string): Promise<string> => {
  const { stdout } = await ran('build', home.foreignDefinition(name), '--detach', '--json');
  return (JSON.parse(stdout) as { job: { job_id: string } }).job.job_id;
};

const POLL_MS = 50;
const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(POLL_MS);
  }
};
const jobOf = (name: string): Promise<string> =>
  until(async () => {
    const jobs = JSON.parse((await ran('jobs', '--json')).stdout) as { image_name: string; job_id: string }[];
    return jobs.find(({ image_name: image }) => image === name)?.job_id;
  });
const answering = (): Promise<true> =>
  until(async () => {
    const asked = request({ socketPath: home.socket, path: '/health/live' }).end();
    const answer = once(asked, 'response').then(([response]) => (response as IncomingMessage).resume());
    return answer.then(
      () => true as const,
      () => undefined,
    );
  });

describe('gild up', () => {
  it('opens its socket to its owner alone, and leaves neither socket nor message behind', async () => {
    const umask = process.umask(0); // handed down: what the farm makes is open to everybody unless it sees to it
    const starting = up();
    process.umask(umask);
    const farm = await starting;
    expect(statSync(home.socket).mode & 0o777).toBe(0o600);
    farm.signal('SIGINT');
    expect(await farm.exit).toBe(0);
    expect(existsSync(home.socket)).toBe(false);
    expect(farm.stderr).not.toContain('"level"');
  });

  it('gives builds ids that sort by the time they were asked for', async () => {
    await up();
    const earlier = await queuedJob('earlier');
    const later = await queuedJob('later');
    expect(earlier.startsWith('0000000000')).toBe(false);
    expect([later, earlier].sort()).toEqual([earlier, later]);
  });

  it('records who asked, whatever their name is written in', async () => {
    await up();
    const who = 'Žofie Ωmega (日本)';
    const asking = home.start(['build', home.foreignDefinition('web'), '--detach'], { GILD_ACTOR: who });
    expect(await asking.exit).toBe(0);
    const { entries } = JSON.parse((await ran('history', 'web', '--json')).stdout) as {
      entries: { actor: string }[];
    };
    expect(entries.map(({ actor }) => actor)).toContain(who);
  });

  it('takes over the socket of a farm that was killed', async () => {
    const killed = await up();
    killed.signal('SIGKILL');
    await killed.exit;
    expect(existsSync(home.socket)).toBe(true);
    await up();
    expect(await ran('jobs')).toMatchObject({ code: 0 });
  });

  it('says which address is taken, exits 4 and lets go of the home', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { code, stderr } = await ran('up', '--listen', address);
    other.close();
    expect(code).toBe(4);
    expect(stderr).toContain(`error: cannot listen on ${address}: another program listens there`);
    expect(existsSync(home.socket)).toBe(false);
    await up();
  });

  it('tells a program where it is, in one line of JSON', async () => {
    const farm = await up('--json', '--listen', '127.0.0.1:0');
    await until(async () => (farm.stdout.endsWith('\n') ? true : undefined));
    const { url, token, ...told } = JSON.parse(farm.stdout) as Record<string, string>;
    expect(told).toStrictEqual({ pid: farm.child.pid, socket: home.socket });
    const asked = home.start(['jobs', '--json'], { GILD_URL: url, GILD_TOKEN: token });
    expect(await asked.exit).toBe(0);
    farm.signal('SIGINT');
    expect(await farm.exit).toBe(0);
    expect(farm.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('prints a URL that GILD_URL understands, with the real port', async () => {
    const farm = await up('--listen', '[::1]:0');
    const [, url = '', token = ''] = await farm.says(/(http:\S+) {2}token: (\S+)/);
    expect(url).toMatch(/^http:\/\/\[::1\]:[1-9]\d*$/);
    const asked = home.start(['jobs', '--json'], { GILD_URL: url, GILD_TOKEN: token });
    expect(await asked.exit).toBe(0);
  });
});

describe('several commands on one home', () => {
  it('keep --detach for a farm that goes on running', async () => {
    const file = home.foreignDefinition('web');
    const none = await ran('build', file, '--detach');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('start one with `gild up`');
    const first = home.start(['build', home.foreignDefinition('other')]);
    await answering();
    expect(await ran('build', file, '--detach')).toMatchObject({ code: 2 });
    first.signal('SIGKILL');
    expect((await ran('jobs', '--json')).stdout).not.toContain('"web"');
  });

  it('follow a build to its end although the farm belonged to a command that ended', async () => {
    const first = home.start(['build', home.foreignDefinition('first')]);
    await answering();
    const second = home.start(['build', home.foreignDefinition('second'), '--json']);
    const jobId = await jobOf('second');
    first.signal('SIGINT');
    await first.exit;
    expect(first.stdout).toContain('was cancelled');
    await second.says(/broke; trying again/);
    await answering();
    expect(await ran('cancel', jobId)).toMatchObject({ code: 0 });
    expect(await second.exit).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({
      job: { job_id: jobId, failure_class: 'cancelled' },
    });
  });

  it('leave a joined build to whoever asked for it', async () => {
    await up();
    const jobId = await queuedJob('web');
    const joined = home.start(['build', home.foreignDefinition('web')]);
    await joined.says(/waiting|queued|no agent/);
    joined.signal('SIGINT');
    expect(await joined.exit).toBe(130);
    expect(joined.stderr).toMatch(
      new RegExp(`the build goes on: follow it again with gild logs -f ${jobId}\n$`),
    );
    const job = JSON.parse((await ran('job', jobId, '--json')).stdout) as { status: string };
    expect(job.status).toBe('queued');
  });

  it('say of a build that a killed command left that it waits, when they leave it too', async () => {
    const first = home.start(['build', home.foreignDefinition('web')]);
    await jobOf('web');
    first.signal('SIGKILL');
    await first.exit;
    const second = home.start(['build', home.foreignDefinition('web')]);
    await second.says(/waiting|queued|no agent/);
    second.signal('SIGINT');
    expect(await second.exit).toBe(130);
    expect(second.stderr).toContain('the build waits for the next farm here');
  });

  it('say that nobody runs the job whose log is followed', async () => {
    const farm = await up();
    const jobId = await queuedJob('web');
    const logs = home.start(['logs', '-f', jobId]);
    await logs.says(/waits: no agent for/);
    farm.signal('SIGINT');
    await farm.exit;
    await logs.says(new RegExp(`no farm runs on .*, so ${jobId} waits for one: start it with gild up`));
    expect(existsSync(home.socket)).toBe(false);
    logs.signal('SIGINT');
    expect(await logs.exit).toBe(130);
  });

  it('wait for a farm that starts or ends elsewhere until Ctrl-C, and read without waiting', async () => {
    const lock = takeFarmLock(homeOf({ GILD_HOME: home.root }).lock);
    const waiting = home.start(['build', home.foreignDefinition('web')]);
    await waiting.says(/waiting for the farm on/);
    expect(await ran('jobs', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
    waiting.signal('SIGINT');
    expect(await waiting.exit).toBe(130);
    lock?.release();
  });
});

describe('a farm that cannot start', () => {
  it('says which lock file is in the way', async () => {
    mkdirSync(homeOf({ GILD_HOME: home.root }).lock);
    const { code, stderr } = await ran('up');
    expect([code, stderr]).toStrictEqual([
      2,
      expect.stringMatching(/^error: cannot lock \S+farm.lock: .*\n$/),
    ]);
  });

  it('says which levels of logging there are', async () => {
    const farm = home.start(['up'], { GILD_LOG: 'verbose' });
    expect(await farm.exit).toBe(2);
    expect(farm.stderr).toBe(
      'error: GILD_LOG: expected fatal, error, warn, info, debug, trace, found "verbose"\n',
    );
  });
});

describe('a plan', () => {
  const agent = agentIdOfHost(`${hostname()}-embedded`);

  it('offers nobody a builder and lets nobody join it', async () => {
    const file = home.foreignDefinition('web');
    expect(await ran('plan', file)).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('nobody can say what it would do: no agent for'),
    });
    expect((await ran('history', agent)).code).toBe(2);
    const first = home.start(['build', file]);
    await first.says(/no agent for/);
    expect((await ran('history', agent)).code).toBe(0);
  });

  it('waits while another process has the builder', async () => {
    const lock = takeFarmLock(homeOf({ GILD_HOME: home.root }).lock);
    const waiting = home.start(['plan', home.foreignDefinition('web')]);
    await waiting.says(/waiting for the farm on/);
    lock?.release();
    expect(await waiting.exit).toBe(4);
  });
});

describe('Ctrl-C', () => {
  it('ends a command that waits for its input at once and silently', async () => {
    const validating = home.start(['validate', '-']);
    await up(); // by now the other process listens to signals
    validating.signal('SIGINT');
    expect(await validating.exit).toBe(130);
    expect(validating.stderr).toBe('');
  });
});
