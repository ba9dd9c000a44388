import { objectKeys } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { cacheOf, failureIn, farm, sha256, typesOf } from './builder-under-test.spec.js';

it('builds from the inputs to the stored artifact and reports every fact on the way', async () => {
  const { fake, store, build, log, objects } = farm();
  const facts = await build(await store(['nginx']));
  expect(fake.built).toStrictEqual(['prepare_base', 'taskserv:nginx', 'apply_config', 'cleanup']);
  const finished = facts.flatMap((fact) =>
    fact.type === 'StepFinished' ? [`${fact.data.step} ${fact.data.status}`] : [],
  );
  expect(finished.join('; ')).toBe(
    'prepare_base done; update_packages done; install_dependencies skipped; taskserv:nginx done; apply_config done; apply_security_hardening skipped; apply_optimizations skipped; cleanup done; disk done; boot_test done; checksums done; verify done; upload done',
  );
  expect(typesOf(facts).filter((type) => !type.startsWith('Step'))).toStrictEqual([
    'PlanResolved',
    'BootTested',
    'BootTested',
    'BootTested',
    'LogStored',
    'ArtifactReported',
  ]);
  expect(facts.at(-1)).toMatchObject({
    type: 'ArtifactReported',
    data: {
      artifact: {
        object: { key: `images/${sha256('disk')}.qcow2`, sha256: sha256('disk') },
        taskservVersions: { nginx: '1.22.1-9' },
      },
    },
  });
  expect(await objects.head(`images/${sha256('disk')}.qcow2`)).toStrictEqual({ sizeBytes: 4 });
  expect([fake.workDirs.size, fake.held, fake.heldLayers]).toStrictEqual([0, [], []]);
  expect(await log()).toContain('--- nginx (taskserv:nginx)\n');
});

it('upgrades nothing, and installs, checks and records no taskserv, where those steps are switched off', async () => {
  const { fake, deps, store, build } = farm();
  let resolved: string[] = [];
  let checks: string[] = [];
  deps.toolchain = {
    ...fake.toolchain,
    resolve: (target, recipes, work) => {
      resolved = recipes.map(({ name }) => name);
      return fake.toolchain.resolve(target, recipes, work);
    },
  };
  fake.onBoot = async (boot) => {
    checks = boot.checks.map(({ name }) => name);
    return {};
  };
  const made = async (jobId: string, steps: object) => {
    const last = (await build(await store(['nginx'], { steps }), { jobId })).at(-1);
    const versions = last?.type === 'ArtifactReported' ? last.data.artifact.taskservVersions : undefined;
    return { packages: resolved.slice(1, 3), isChecked: checks.includes('nginx/unit'), versions };
  };
  expect(await made('on', {})).toStrictEqual({
    ...{ packages: ['update_packages', 'taskserv:nginx'], isChecked: true, versions: { nginx: '1.22.1-9' } },
  });
  expect(await made('off', { update_packages: false, install_taskservs: false })).toStrictEqual({
    ...{ packages: ['apply_config', 'cleanup'], isChecked: false, versions: {} },
  });
});

it('takes from the cache what is the same, and says of everything else what differs', async () => {
  const { fake, store, build } = farm();
  await build(await store(['nginx']));
  expect(cacheOf(await build(await store(['nginx'])))).toStrictEqual({
    prepare_base: 'hit',
    'taskserv:nginx': 'hit',
    apply_config: 'hit',
    cleanup: 'hit',
  });
  expect(cacheOf(await build(await store(['nginx', 'redis'])))).toStrictEqual({
    prepare_base: 'hit',
    'taskserv:nginx': 'hit',
    'taskserv:redis': 'first build of this step here',
    apply_config: 'the layer below differs: taskserv:redis',
    cleanup: 'the layer below differs: apply_config',
  });
  fake.versions.set('nginx', '1.1');
  expect(cacheOf(await build(await store(['nginx'])))['taskserv:nginx']).toBe('package nginx 1.0 → 1.1');
});

it('lets a layer install from the repositories of the recipes below it, also of those already built', async () => {
  const { fake, deps, store, build } = farm();
  await build(await store(['nginx']));
  const below: Record<string, string> = {};
  const make = fake.toolchain.build;
  deps.toolchain = {
    ...fake.toolchain,
    build: (layer, work) => {
      below[layer.recipe.name] = layer.repositoriesBelow.map(({ name }) => name).join();
      return make(layer, work);
    },
  };
  await build(await store(['nginx', 'redis']));
  expect(below).toStrictEqual({
    'taskserv:redis': 'nginx',
    apply_config: 'nginx,redis',
    cleanup: 'nginx,redis',
  });
});

it('builds everything anew when the cache is not to be used', async () => {
  const { fake, store, build } = farm();
  const inputs = await store(['nginx']);
  await build(inputs);
  fake.built.length = 0;
  const facts = await build(inputs, { useCache: false });
  expect(fake.built).toHaveLength(4);
  expect(cacheOf(facts)['prepare_base']).toBe('the cache is not used');
});

it('forgets a damaged layer, builds it again, and says so in the log', async () => {
  const { fake, deps, store, build, log } = farm();
  const inputs = await store(['nginx']);
  const [plan] = await build(inputs);
  const key =
    plan?.type === 'PlanResolved' ? plan.data.steps.find(({ name }) => name === 'taskserv:nginx')?.key : '';
  fake.damaged.add(key ?? '');
  fake.built.length = 0;
  const facts = await build(inputs, { jobId: 'second' });
  expect(fake.built).toStrictEqual(['taskserv:nginx']);
  expect(cacheOf(facts)).toMatchObject({ 'taskserv:nginx': 'the cached layer was damaged', cleanup: 'hit' });
  expect(facts.at(-1)?.type).toBe('ArtifactReported');
  expect(await log('second')).toContain('is damaged; it is forgotten and built again');
  expect(await deps.layers.find(key ?? '')).toBeDefined();
});

it.each([
  ['SCRIPT_FAILED', false, 'install'],
  ['PACKAGE_NOT_FOUND', false, 'definition'],
  ['BUILD_SILENT', false, 'timeout'],
  ['MIRROR_UNREACHABLE', true, 'infrastructure'],
  ['MIRROR_UNREACHABLE', false, 'definition'],
] as const)(
  'ends with %s where a step does, in its class, with its step',
  async (code, retryable, expected) => {
    const { fake, store, build, log } = farm();
    fake.onBuild = (step) =>
      step === 'taskserv:nginx'
        ? Promise.reject(new Fault(code, `${code} here`, { retryable }))
        : Promise.resolve();
    const facts = await build(await store(['nginx']));
    expect(failureIn(facts)).toStrictEqual({
      class: expected,
      code,
      message: `${code} here`,
      step: 'taskserv:nginx',
    });
    expect(typesOf(facts).slice(-3)).toStrictEqual(['StepFinished', 'LogStored', 'AttemptEnded']);
    expect(await log()).toContain(`failed: ${code} here\n`);
    expect(fake.workDirs.size).toBe(0);
  },
);

it.each(['TOOL_MISSING', 'KEYRING_MISSING', 'PROXY_INVALID', 'SANDBOX_UNAVAILABLE', 'DISK_UNREADABLE'])(
  'says that %s does not pass by itself',
  async (code) => {
    const { fake, store, build } = farm();
    fake.onBuild = () => Promise.reject(new Fault(code, 'install it'));
    expect(failureIn(await build(await store([])))).toStrictEqual({
      class: 'infrastructure',
      code,
      message: 'install it',
      step: 'prepare_base',
      retryable: false,
    });
  },
);

it('keeps the layers made before a failure', async () => {
  const { fake, store, build } = farm();
  const inputs = await store(['nginx']);
  fake.onBuild = (step) =>
    step === 'cleanup' ? Promise.reject(new Fault('SCRIPT_FAILED', 'x')) : Promise.resolve();
  await build(inputs);
  fake.onBuild = () => Promise.resolve();
  expect(cacheOf(await build(inputs))).toMatchObject({ prepare_base: 'hit', apply_config: 'hit' });
});

it('takes a defect for a failure of the infrastructure', async () => {
  const { fake, store, build } = farm();
  fake.onBuild = () => Promise.reject(new TypeError('undefined is not a function'));
  expect(failureIn(await build(await store([])))).toStrictEqual({
    class: 'infrastructure',
    code: 'INTERNAL',
    message: 'undefined is not a function',
    step: 'prepare_base',
  });
});

/** Runs until it is ended from outside, as a real step does. */
const untilEnded = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('ends when it is cancelled, with the step it was in', async () => {
  const { fake, clock, store, running } = farm();
  fake.onBuild = (_, signal) => untilEnded(signal);
  const { facts, stop, done } = running(await store([]));
  await clock.settle();
  expect(fake.workDirs.size).toBe(1);
  stop.abort(new Fault('CANCELLED', 'the build was cancelled'));
  await done;
  expect(failureIn(facts)).toStrictEqual({
    class: 'cancelled',
    code: 'CANCELLED',
    message: 'the build was cancelled',
    step: 'prepare_base',
  });
  expect(fake.workDirs.size).toBe(0);
});

it('does nothing when it was cancelled before it began', async () => {
  const { fake, store, running } = farm();
  const inputs = await store([]);
  const { facts, stop, done } = running(inputs);
  stop.abort(new Fault('CANCELLED', 'x'));
  await done;
  expect([typesOf(facts).at(-1), fake.built.length]).toStrictEqual(['AttemptEnded', 0]);
});

it('ends when its time is over', async () => {
  const { fake, clock, store, running } = farm();
  fake.onBuild = (_, signal) => untilEnded(signal);
  const { facts, done } = running(await store([]), { timeoutMs: 300_000 });
  await clock.advance(299_999);
  expect(typesOf(facts)).not.toContain('AttemptEnded');
  await clock.advance(1);
  await done;
  expect(failureIn(facts)).toMatchObject({
    class: 'timeout',
    code: 'BUILD_TIMEOUT',
    message: 'the build took longer than its limit of 5 minutes',
  });
});

it('boots with every firmware, and fails with the reasons of those that did not pass', async () => {
  const { fake, store, build, log } = farm();
  const started: string[] = [];
  fake.onBoot = async ({ firmware, onConsole, onCheck }) => {
    started.push(firmware);
    await onConsole?.(new TextEncoder().encode('hello\n'));
    onCheck?.({ name: 'nginx/unit', passed: firmware !== 'uefi', attempts: 1, output: '', ms: 1 });
    const failure = "nginx/unit did not pass. The console's last lines:\nlogin:";
    return firmware === 'uefi' ? { passed: false, failure } : {};
  };
  const facts = await build(await store(['nginx']));
  expect(started).toStrictEqual(['uefi-secure', 'uefi', 'bios']);
  expect(failureIn(facts)).toMatchObject({
    class: 'test',
    code: 'BOOT_TEST_FAILED',
    message: 'the image did not pass its boot test: uefi: nginx/unit did not pass',
  });
  const text = await log();
  const lines = ['bios| hello\n', 'uefi-secure| hello\n', 'uefi: FAILED nginx/unit\n'];
  expect(lines.filter((line) => !text.includes(line))).toStrictEqual([]);
});

it('tells a failed boot test without waiting for the layers that are being stored', async () => {
  const { fake, deps, objects, store, build } = farm();
  const begun = Promise.withResolvers<undefined>();
  const givenUp: string[] = [];
  deps.objects = {
    ...objects,
    putFile: async (key, _path, how) => {
      begun.resolve(undefined);
      await untilEnded(how?.signal ?? new AbortController().signal).finally(() => givenUp.push(key));
      throw new Error('it is never stored');
    },
  };
  fake.onBoot = () => begun.promise.then(() => ({ passed: false }));
  expect(failureIn(await build(await store(['nginx'])))).toMatchObject({ code: 'BOOT_TEST_FAILED' });
  expect(givenUp).toHaveLength(1);
  expect([fake.workDirs.size, fake.held, fake.heldLayers]).toStrictEqual([0, [], []]);
});

it('says in the plan with which firmwares it will boot', async () => {
  const { store, build } = farm();
  const [plan] = await build(await store([]));
  expect(
    plan?.type === 'PlanResolved' && plan.data.steps.find(({ name }) => name === 'boot_test'),
  ).toMatchObject({ boots: [{ firmware: 'bios' }, { firmware: 'uefi' }, { firmware: 'uefi-secure' }] });
});

it('tells how long a boot may take, and how many times that where the machine is emulated', async () => {
  const { fake, store, build } = farm();
  const given: unknown[] = [];
  fake.onBoot = ({ deadlineMs, emulatedTimes }) => {
    given.push([deadlineMs, emulatedTimes]);
    return Promise.resolve({});
  };
  await build(await store([]));
  expect(given).toStrictEqual([
    [1, 4],
    [1, 4],
    [1, 4],
  ]);
});

it('ends the other boot when one cannot run', async () => {
  const { fake, store, build } = farm();
  let ended = false;
  fake.onBoot = async ({ firmware, signal }) => {
    if (firmware === 'bios') throw new Fault('TOOL_MISSING', 'no qemu');
    await untilEnded(signal).catch(() => (ended = true));
    return { passed: false };
  };
  expect(failureIn(await build(await store([])))).toMatchObject({ code: 'TOOL_MISSING', step: 'boot_test' });
  expect(ended).toBe(true);
});

it('boots nothing where no boot test is wanted', async () => {
  const { store, build } = farm();
  const facts = await build(await store([]), { bootTest: false });
  expect(typesOf(facts)).not.toContain('BootTested');
  expect(facts.at(-1)?.type).toBe('ArtifactReported');
});

it('finds a disk that is not what was written', async () => {
  const { deps, store, build } = farm();
  deps.digestFile = () => Promise.resolve({ sha256: '0'.repeat(64), sizeBytes: 4 });
  expect(failureIn(await build(await store([])))).toMatchObject({
    code: 'DISK_DAMAGED',
    class: 'infrastructure',
  });
});

it('stores nothing for a disk that the files do not fit on, which is the definition to mend', async () => {
  const { deps, store, build, objects } = farm();
  deps.disks = { assemble: () => Promise.reject(new Fault('DISK_TOO_SMALL', 'Raise disk_size_gb.')) };
  const facts = await build(await store([]));
  expect(failureIn(facts)).toMatchObject({ step: 'disk', class: 'definition', code: 'DISK_TOO_SMALL' });
  expect(typesOf(facts)).not.toContain('ArtifactReported');
  expect(await objects.head(`images/${sha256('disk')}.qcow2`)).toBeUndefined();
});

it('refuses a definition that asks for more than it can, naming all of it, before it touches the disk', async () => {
  const { fake, store, build } = farm();
  const facts = await build(
    await store([], { network_config: 'version: 2\nwifis: {w: {}}', steps: { prepare_base: false } }),
  );
  expect(failureIn(facts)).toMatchObject({
    class: 'definition',
    code: 'UNSUPPORTED',
    message: expect.stringContaining(
      'true where there is no base_image, found false; there is nothing to start from without it; network_config.wifis:',
    ),
  });
  expect(fake.workDirs.size).toBe(0);
});

it('fails without inputs, and with inputs that are not what their name says', async () => {
  const { objects, build } = farm();
  expect(failureIn(await build('1'.repeat(64)))).toMatchObject({ code: 'INPUTS_MISSING' });
  await objects.put(objectKeys.inputs('2'.repeat(64)), new TextEncoder().encode('{}'));
  expect(failureIn(await build('2'.repeat(64)))).toMatchObject({ code: 'INPUTS_DAMAGED' });
});

it('does not report an artifact whose log could not be stored', async () => {
  const { deps, objects, store, build } = farm();
  const inputs = await store([]);
  deps.objects = {
    ...objects,
    put: (key, source) =>
      key.startsWith('logs/')
        ? Promise.reject(new Fault('STORE_IO', 'the disk does not answer'))
        : objects.put(key, source),
  };
  const facts = await build(inputs);
  expect(typesOf(facts)).not.toContain('ArtifactReported');
  expect(failureIn(facts)).toMatchObject({ class: 'infrastructure', code: 'STORE_IO' });
});

it('tells its outcome before it removes its folder', async () => {
  const { deps, store, running } = farm();
  const { facts, done } = running(await store([]));
  let told: string | undefined;
  deps.folders = {
    ...deps.folders,
    remove: () => Promise.resolve(void (told = facts.at(-1)?.type)),
  };
  await done;
  expect(told).toBe('ArtifactReported');
});

it('keeps its outcome when its folder cannot be removed', async () => {
  const { deps, store, build } = farm();
  deps.folders = { ...deps.folders, remove: () => Promise.reject(new Fault('REMOVE_FAILED', 'busy')) };
  expect((await build(await store([]))).at(-1)?.type).toBe('ArtifactReported');
});

it('gives up when the cache itself fails, which is no other build', async () => {
  const { deps, store, build } = farm();
  deps.layers = { ...deps.layers, commit: () => Promise.reject(new Fault('CACHE_BROKEN', 'broken')) };
  expect(failureIn(await build(await store([])))).toMatchObject({
    code: 'CACHE_BROKEN',
    step: 'prepare_base',
  });
});

it('makes a layer once for two builds, and makes it itself when the other one is cancelled', async () => {
  const { fake, clock, store, running } = farm();
  const inputs = await store([]);
  let entered = 0;
  fake.onBuild = async (step, signal) => {
    if (step !== 'prepare_base') return;
    entered += 1;
    if (entered === 1) await untilEnded(signal);
  };
  const first = running(inputs, { jobId: 'first' });
  await clock.settle();
  const second = running(inputs, { jobId: 'second' });
  await clock.settle();
  expect(entered).toBe(1);
  first.stop.abort(new Fault('CANCELLED', 'x'));
  await Promise.all([first.done, second.done]);
  expect(failureIn(first.facts)).toMatchObject({ code: 'CANCELLED' });
  expect(second.facts.at(-1)?.type).toBe('ArtifactReported');
  expect(entered).toBe(2);
});
