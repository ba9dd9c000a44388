import type { IncomingMessage, ServerResponse } from 'node:http';
import { GildUnderTest } from '../../gild-under-test.spec.js';
import { GildProcess } from '../../process-tests/gild-process.js';
import { FakeQemu } from './fake-qemu.spec.js';
import { vmHostUnderTest } from './vm-host-under-test.spec.js';

type Answer = (response: ServerResponse) => void;

const refuse: Answer = (response) => {
  const refusal = { error: { code: 'UNAVAILABLE', message: 'the store is away' } };
  response.writeHead(503, { 'content-type': 'application/json' }).end(JSON.stringify(refusal));
};
const accept: Answer = (response) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');

describe('what is on record of a VM that is booted here', () => {
  const { home, gild, run, create, ...host } = vmHostUnderTest('1M');
  const qemu = new FakeQemu(home);
  /** A farm that answers reports as told, and what it was told. */
  const farm = new GildUnderTest();
  const told: unknown[] = [];
  let answers: { start: Answer; stop: Answer };

  const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    return JSON.parse(text);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const deed = request.url?.split('/').pop();
    if (deed !== 'start' && deed !== 'stop') {
      const missing = { error: { code: 'VM_NOT_FOUND', message: 'no such VM' } };
      return void response.writeHead(404).end(JSON.stringify(missing));
    }
    told.push([deed, await bodyOf(request)]);
    answers[deed](response);
  };
  const start = () =>
    new GildProcess(['vm', 'run', 'vm-17'], { ...process.env, ...gild.env, GILD_URL: farm.url });

  beforeAll(async () => {
    farm.answer = (request, response) => void answer(request, response);
    await Promise.all([host.start(), farm.start()]);
    await create();
  });
  beforeEach(() => {
    told.length = 0;
    answers = { start: accept, stop: accept };
  });
  afterAll(async () => {
    qemu.stop();
    farm.stop();
    await host.stop();
  });

  const LEFT = 'error: vm-17 is off, and still on record as running: the store is away. gild vm stop vm-17';

  it('is said where its end cannot be recorded, with the exit code of that', async () => {
    qemu.behave('switches itself off');
    answers.stop = refuse;
    const vm = start();
    expect([await vm.exit, vm.stderr]).toStrictEqual([4, expect.stringContaining(LEFT)]);
  });

  it('is said beside what QEMU failed of', async () => {
    qemu.behave('fails');
    answers.stop = refuse;
    const vm = start();
    expect(await vm.exit).toBe(1);
    expect(vm.stderr).toContain(LEFT);
    expect(vm.stderr).toContain('qemu: no such machine');
  });

  it('is said after Ctrl-C too', async () => {
    qemu.behave('obeys');
    answers.stop = refuse;
    const vm = start();
    await vm.says(/told: qmp_capabilities/);
    vm.signal('SIGINT');
    expect([await vm.exit, vm.stderr]).toStrictEqual([130, expect.stringContaining(LEFT)]);
  });

  it('says that the record may not be right where its start got no answer', async () => {
    answers.start = (response) => response.destroy();
    const vm = start();
    expect(await vm.exit).toBe(4);
    expect(vm.stderr).toContain(
      'vm-17 was not started; if it is on record as running all the same, gild vm stop',
    );
  });

  it('has what QEMU failed of told after Ctrl-C too', async () => {
    qemu.behave('breaks when asked');
    const vm = start();
    await vm.says(/told: qmp_capabilities/);
    vm.signal('SIGINT');
    expect([await vm.exit, vm.stderr]).toStrictEqual([130, expect.stringContaining('qemu: disk is away')]);
    expect(told.at(-1)).toStrictEqual(['stop', { reason: 'QEMU failed' }]);
  });

  it('ends where Ctrl-C comes while its start is recorded', async () => {
    qemu.behave('obeys');
    const vm = start();
    answers.start = (response) => {
      vm.signal('SIGINT');
      accept(response);
    };
    expect(await vm.exit).toBe(130);
    expect(told.at(-1)).toStrictEqual(['stop', { reason: 'it was interrupted' }]);
  });

  /** A VM whose end is being recorded after Ctrl-C, which was pressed once more then. */
  const ending = async (): Promise<{ vm: GildProcess; report: ServerResponse }> => {
    qemu.behave('obeys');
    const reached = new Promise<ServerResponse>((resolve) => (answers.stop = resolve));
    const vm = start();
    await vm.says(/told: qmp_capabilities/);
    vm.signal('SIGINT');
    const report = await reached;
    vm.signal('SIGINT');
    await vm.says(/vm-17 is off; putting that on record\. Ctrl-C again leaves it to gild vm stop vm-17/);
    return { vm, report };
  };

  it('ends though Ctrl-C is pressed once more while that is recorded', async () => {
    const { vm, report } = await ending();
    accept(report);
    expect([await vm.exit, vm.stderr]).toStrictEqual([130, expect.not.stringContaining('error')]);
  });

  it('ends though the first Ctrl-C comes while the end of one that switched itself off is recorded', async () => {
    qemu.behave('switches itself off');
    const vm = start();
    answers.stop = (response) => {
      vm.signal('SIGINT');
      void vm.says(/vm-17 is off; putting that on record/).then(() => accept(response));
    };
    expect(await vm.exit).toBe(0);
  });

  it('is not waited for at the next Ctrl-C', async () => {
    const { vm } = await ending();
    vm.signal('SIGINT');
    expect(await vm.exit).toBe(130);
  });

  it('begins anew where whoever ran it before was killed', async () => {
    qemu.behave('switches itself off');
    await run('vm', 'start', 'vm-17', 'web', '--host', 'oak');
    expect((await run('vm', 'run', 'vm-17')).code).toBe(0);
    const { stdout } = await run('history', 'vm:vm-17', '--json');
    const { entries } = JSON.parse(stdout) as { entries: { what: string; data: { reason?: string } }[] };
    expect(entries.map(({ what, data }) => data.reason ?? what)).toStrictEqual([
      ...['VmStarted', 'it was found switched off'],
      ...['VmStarted', 'it switched itself off'],
    ]);
  });

  it('comes with a warning of a version that is withdrawn', async () => {
    qemu.behave('switches itself off');
    await run('revoke', 'web@1.0.0', '--reason', 'leaks');
    const { code, said } = await run('vm', 'run', 'vm-17');
    expect([code, said]).toStrictEqual([0, expect.stringMatching(/warning: .*web@1\.0\.0 .*revoked/)]);
  });
});
