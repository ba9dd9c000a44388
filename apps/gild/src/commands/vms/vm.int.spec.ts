import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

const running = { vm_id: 'vm1', image_name: 'web', image_version: '1.0.0', host: 'oak', state: 'running' };

describe('gild vm', () => {
  const gild = new GildUnderTest();
  beforeAll(() => gild.start());
  afterAll(() => gild.stop());

  /** What the server is asked when it answers every request with this. */
  const askedOf = (answer: object) => {
    const asked: unknown[] = [];
    gild.answer = (request, response) => {
      void text(request).then((body) => {
        asked.push([`${request.method} ${request.url}`, body === '' ? undefined : JSON.parse(body)]);
        response.end(JSON.stringify(answer));
      });
    };
    return asked;
  };

  it.each([
    [['web', '--host', 'oak'], { image: 'web', version: 'latest', host: 'oak' }],
    [['web@1.0.0', '--host', 'oak'], { image: 'web', version: '1.0.0', host: 'oak' }],
    [
      ['web:stable', '--host', 'oak', '--arch', 'arm64'],
      { image: 'web', version: ':stable', host: 'oak', arch: 'arm64' },
    ],
    [['web'], { image: 'web', version: 'latest', host: hostname() }],
  ])('start reports %j', async (args, body) => {
    const asked = askedOf(running);
    const ran = await gild.run(['vm', 'start', 'vm1', ...args]);
    expect(ran).toStrictEqual({ code: 0, stdout: 'vm1 runs web@1.0.0 on oak\n', said: '' });
    expect(asked).toStrictEqual([['POST /v1/vms/vm1/start', body]]);
  });

  it('start warns beside the answer', async () => {
    const answer = { ...running, warning: 'web@1.0.0 is revoked' };
    askedOf(answer);
    const { code, stdout, said } = await gild.run(['vm', 'start', 'vm1', 'web', '--json']);
    expect([code, JSON.parse(stdout), said]).toStrictEqual([0, answer, 'warning: web@1.0.0 is revoked\n']);
  });

  it('start wants an image that can be one', async () => {
    const asked = askedOf(running);
    expect(await gild.run(['vm', 'start', 'vm1', 'web/1'])).toMatchObject({
      code: 2,
      said: 'expected IMAGE, IMAGE@VERSION or IMAGE:CHANNEL, found "web/1"',
    });
    expect(asked).toStrictEqual([]);
  });

  it('stop says why, and leaves with 2 for a VM nobody reported', async () => {
    const asked = askedOf({ ...running, state: 'stopped' });
    const { stdout } = await gild.run(['vm', 'stop', 'vm1', '--reason', 'sold']);
    expect(stdout).toBe('vm1 is stopped; it ran web@1.0.0 on oak\n');
    expect(asked).toStrictEqual([['POST /v1/vms/vm1/stop', { reason: 'sold' }]]);
    gild.answerJson({ error: { code: 'VM_NOT_FOUND', message: 'no VM vm1' } }, 404);
    expect(await gild.run(['vm', 'stop', 'vm1'])).toStrictEqual({ code: 2, stdout: '', said: 'no VM vm1' });
  });

  it.each([
    [[], '?state=running'],
    [['--all'], ''],
    [['--stopped'], '?state=stopped'],
    [['--stopped', '--all'], ''],
    [['--image', 'web'], '?image=web&state=running'],
    [['--image', 'web@1.0.0', '--host', 'oak'], '?image=web&version=1.0.0&host=oak&state=running'],
    [['--image', 'web:stable'], '?image=web&version=%3Astable&state=running'],
    [['--deprecated', '--revoked'], '?state=running&standing=deprecated%2Crevoked'],
    [['--deleted'], '?state=running&standing=deleted'],
    [['--outdated', '--at', '7'], '?state=running&standing=outdated&at=7'],
  ])('list %j asks for %s', async (args, query) => {
    const asked = gild.answerJson([]);
    expect((await gild.run(['vm', 'list', ...args, '--json'])).stdout).toBe('[]\n');
    expect(asked).toStrictEqual([`/v1/vms${query}`]);
  });
});

describe('a report whose answer is lost with the farm', () => {
  const gild = new GildUnderTest();
  const root = mkdtempSync(join(tmpdir(), 'gild-lost-answer-'));
  const reports: string[] = [];
  const farm = createServer((request, response) => {
    if (request.method === 'GET') return void response.end('{"farm":"up"}');
    reports.push(request.url ?? '');
    return reports.length === 1 ? request.socket.destroy() : response.end(JSON.stringify(running));
  });

  beforeAll(async () => {
    gild.env = { GILD_HOME: root };
    await once(farm.listen(join(root, 'gild.sock')), 'listening');
  });
  beforeEach(() => reports.splice(0));
  afterAll(async () => {
    farm.closeAllConnections();
    farm.close();
    await rm(root, { recursive: true });
  });

  it.each([[['start', 'vm1', 'web@1.0.0']], [['stop', 'vm1']]])(
    'is repeated where that reports the same: %j',
    async (args) => {
      expect(await gild.run(['vm', ...args])).toMatchObject({ code: 0 });
      expect(reports).toHaveLength(2);
    },
  );

  it.each(['web:stable', 'web', 'web@latest', 'web@:stable'])(
    'is not repeated where another version may be meant by then: %s',
    async (image) => {
      expect(await gild.run(['vm', 'start', 'vm1', image])).toMatchObject({ code: 4 });
      expect(reports).toHaveLength(1);
    },
  );
});

describe('a VM of a farm', () => {
  const farm = new FarmOfFakes();
  const gild = new GildUnderTest();
  const run = async (...args: string[]) => (await gild.run(args)).stdout;

  beforeAll(async () => {
    await farm.start();
    gild.env = farm.env;
  });
  afterAll(() => farm.stop());

  it('is on record from its start to its end, and in what is told of its version', async () => {
    const definition = { name: 'web', base_os: 'debian', os_version: '12' };
    expect((await gild.run(['build', farm.file('web.json', definition)])).code).toBe(0);
    await gild.run(['vm', 'start', 'vm1', 'web', '--host', 'oak']);
    await gild.run(['vm', 'start', 'vm1', 'web', '--host', 'oak']);
    expect(JSON.parse(await run('vm', 'list', '--json'))).toMatchObject([{ ...running, outdated: false }]);
    expect(await run('show', 'web')).toMatch(/\nused {7}by 1 VM; 1 start, the last at 20\d\d-/);
    expect(JSON.parse(await run('show', 'web', '--json'))).toMatchObject({ vm_instances: ['vm1'] });
    expect(await run('vm', 'stop', 'vm1')).toBe('vm1 is stopped; it ran web@1.0.0 on oak\n');
    expect(await run('vm', 'list')).toBe('no VM to show\n');
    const { entries } = JSON.parse(await run('history', 'vm:vm1', '--json'));
    expect(entries.map(({ what }: { what: string }) => what)).toStrictEqual(['VmStarted', 'VmStopped']);
    expect(await gild.run(['vm', 'start', 'vm2', 'web@9.9.9'])).toMatchObject({ code: 2 });
  });
});
