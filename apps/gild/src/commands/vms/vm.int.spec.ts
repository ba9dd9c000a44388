import { text } from 'node:stream/consumers';
import { hostname } from 'node:os';
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
    [['--outdated', '--at', '7'], '?state=running&standing=outdated&at=7'],
  ])('list %j asks for %s', async (args, query) => {
    const asked = gild.answerJson([]);
    expect((await gild.run(['vm', 'list', ...args, '--json'])).stdout).toBe('[]\n');
    expect(asked).toStrictEqual([`/v1/vms${query}`]);
  });
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
