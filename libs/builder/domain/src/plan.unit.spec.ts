import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BuildBase,
  type BuildInputs,
  type ChosenTaskserv,
  type GoldenImageConfig,
  type GoldenImageConfigInput,
  osRelease,
  resolveDefinition,
  unsupportedViolations,
  type Taskserv,
} from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { folderCatalogue } from '@gild/taskserv-catalogue';
import { bootChecks } from './boot-checks.js';
import { layerKey, type LayerComponents } from './keys/layer-key.js';
import { planSteps } from './plan.js';
import type { GuestParts } from './recipes/guest-parts.js';
import { optimizedFromTheStart } from './recipes/apply-optimizations.js';
import { grubFile } from './recipes/kernel-command-line.js';

const ROOT = join(import.meta.dirname, '../../../..');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const guest: GuestParts = {
  recipe: () => ({
    files: [{ path: '/usr/lib/gild/guest', content: 'guest', mode: '0755' }],
    enable: ['guest.service'],
    disable: ['scrub.timer'],
  }),
};

let catalogue: ReadonlyMap<string, Taskserv>;
beforeAll(async () => {
  catalogue = await folderCatalogue([join(ROOT, 'taskservs')]).all();
});

const KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ0c3R1dnd4eXowMTIzNDU2Nzg5YWJjZGVmZ2hpamts ada@example.org';
const web: GoldenImageConfigInput = {
  name: 'web-server',
  base_os: 'debian',
  os_version: '12',
  taskservs: ['nginx', 'postgresql', 'redis'],
  disk_size_gb: 10,
};
const definitions: Readonly<Record<string, GoldenImageConfigInput>> = {
  'web-server': web,
  smallest: { name: 'smallest', base_os: 'debian' },
  everything: {
    ...web,
    name: 'Every_thing.1',
    description: 'All of "it" for $5',
    labels: { 'team/owner': 'web', tier: '1' },
    taskserv_versions: { nginx: '1.22.1-9', postgresql: '15.20-0+deb12u1' },
    include_dev_tools: true,
    include_kernel_headers: true,
    ssh_public_keys: [KEY],
    dns_servers: ['192.0.2.53', '2001:db8::53'],
    network_config: 'version: 2\nethernets: {eth0: {dhcp4: true}}\n',
    auto_updates: false,
    steps: { test_scripts: ['test -e /etc/gild-release'] },
  },
  'hardened-and-optimized': { ...web, security_hardening: true, optimize: true },
  'on-base': { ...web, taskservs: ['nginx'], base_image: { name: 'with-redis', version: '^1' } },
  'switched-off': {
    ...web,
    cleanup_package_manager: false,
    steps: {
      update_packages: false,
      install_taskservs: false,
      apply_config: false,
      run_tests: false,
      cleanup_caches: false,
      cleanup_temp_files: false,
      remove_build_artifacts: false,
      generate_checksums: false,
      verify_image: false,
    },
  },
};

const chosen = (name: string, definition: GoldenImageConfig): ChosenTaskserv[] => {
  const taskserv = catalogue.get(name);
  const installation = taskserv?.distributions.debian?.find(
    ({ releases }) => releases?.includes('12') ?? true,
  );
  if (taskserv === undefined || installation === undefined) return [];
  const pin = definition.taskserv_versions[name];
  const { version_package: versionPackage, checks } = taskserv;
  return [{ name, versionPackage, installation, checks, ...(pin === undefined ? {} : { pin }) }];
};
type Inputs = BuildInputs & { definition: GoldenImageConfig };
/** What a golden image with redis left behind. */
const base = (): BuildBase => {
  const stored = (letter: string) => ({ key: letter, sha256: letter.repeat(64), sizeBytes: 1 });
  return {
    imageName: 'with-redis',
    version: '1.2.0',
    checksum: 'c'.repeat(64),
    layers: [{ step: 'prepare_base', key: 'k'.repeat(64), object: stored('a') }],
    packageState: stored('b'),
    taskservs: chosen(
      'redis',
      resolveDefinition({ name: 'with-redis', base_os: 'debian', os_version: '12' }),
    ),
  };
};
const inputsOf = (input: GoldenImageConfigInput): Inputs => {
  const definition = resolveDefinition(input);
  const taskservs = definition.taskservs.flatMap((name) => chosen(name, definition));
  const started = definition.base_image === undefined ? {} : { base: base() };
  return { engine: 1, arch: 'x86_64', definition, taskservs, ...started };
};

const plan = (input: GoldenImageConfigInput, options = { bootTest: true }) =>
  planSteps(inputsOf(input), guest, options);
const recipeOf = (input: GoldenImageConfigInput, step: string) => {
  const found = plan(input).find(({ name }) => name === step);
  if (found?.kind !== 'layer') throw new Error(`no layer ${step}`);
  return found.recipe;
};
/** What runs when a finished tree is optimized. */
const optimizing = (input: GoldenImageConfigInput, on?: BuildBase) =>
  planSteps({ ...inputsOf(input), ...(on && { base: on }) }, guest, { bootTest: true })
    .flatMap((step) => (step.name === 'apply_optimizations' && step.kind === 'layer' ? [step.recipe] : []))
    .flatMap(({ scripts }) => scripts.map(({ name }) => name));
const file = (input: GoldenImageConfigInput, path: string) =>
  recipeOf(input, 'apply_config').files.find((each) => each.path === path)?.content;

describe('the golden plans', () => {
  /** As if every wanted package stood in the repositories in one version, and the update had one of its own. */
  const resolved = (packages: readonly string[]) =>
    packages.map((wanted) => {
      const [name = '', version = '1.0'] = wanted.split('=');
      return { name, version, arch: 'amd64', sha256: sha256(wanted) };
    });

  const golden = (input: GoldenImageConfigInput) => {
    let parent: LayerComponents['parent'];
    const inputs = inputsOf(input);
    const steps = planSteps(inputs, guest, { bootTest: true }).map((step) => {
      if (step.kind === 'base') {
        parent = { step: step.name, key: sha256(canonicalJson(step.base.layers)) };
        return step;
      }
      if (step.kind === 'action' || step.skipped) return step;
      const upgraded = step.recipe.upgrade ? ['libc6=2.36'] : [];
      const packages = resolved([...step.recipe.packages, ...upgraded]);
      const components: LayerComponents = {
        ...{ engine: 1, arch: 'x86_64', release: 'debian 12', recipe: step.recipe, packages },
        ...{ tools: { apt: '2.6.1' }, ...(parent === undefined ? {} : { parent }) },
      };
      parent = { step: step.name, key: layerKey(components, sha256) };
      return { ...step, key: parent.key };
    });
    const checks = bootChecks(inputs);
    return { digest: sha256(canonicalJson({ steps, checks })), steps, checks };
  };

  it.each(Object.keys(definitions))(
    '%s is as committed (GILD_GOLDEN=write npm run unit -- plan writes it anew; say why in the commit)',
    (name) => {
      const path = join(ROOT, 'test/golden/plans', `${name}.json`);
      const text = `${JSON.stringify(golden(definitions[name] ?? web), undefined, 2)}\n`;
      if (process.env['GILD_GOLDEN'] === 'write') writeFileSync(path, text);
      expect(existsSync(path) ? readFileSync(path, 'utf8') : 'no file').toBe(text);
    },
  );
});

describe('a plan', () => {
  it('has its steps in the order of the product, one layer per taskserv', () => {
    expect(plan(web).map(({ name }) => name)).toStrictEqual([
      'prepare_base',
      'update_packages',
      'install_dependencies',
      'taskserv:nginx',
      'taskserv:postgresql',
      'taskserv:redis',
      'apply_config',
      'apply_security_hardening',
      'apply_optimizations',
      'cleanup',
      'disk',
      'boot_test',
      'checksums',
      'verify',
      'upload',
    ]);
  });

  it('has every step that is switched off, as skipped', () => {
    const skipped = plan(definitions['switched-off'] ?? web).filter((step) => step.skipped);
    expect(skipped.map(({ name }) => name)).toStrictEqual([
      'update_packages',
      'taskserv:nginx',
      'taskserv:postgresql',
      'taskserv:redis',
      'apply_config',
      'apply_security_hardening',
      'apply_optimizations',
      'cleanup',
      'boot_test',
      'checksums',
      'verify',
    ]);
  });

  it.each([
    [{ optimize: true }, 'apply_optimizations'],
    [{ steps: { apply_optimizations: true } }, 'apply_optimizations'],
    [{ security_hardening: true }, 'apply_security_hardening'],
    [{ steps: { apply_security_hardening: true } }, 'apply_security_hardening'],
  ])('makes of %j the layer %s', (input, name) => {
    const wanted = (definition: GoldenImageConfigInput) =>
      plan(definition).find((step) => step.name === name && !step.skipped);
    expect(wanted({ ...web, ...input })).toMatchObject({ kind: 'layer', wanted: true });
    expect(wanted(web)).toBeUndefined();
    expect(
      wanted({ ...web, optimize: true, security_hardening: true, steps: { [name]: false } }),
    ).toBeUndefined();
  });

  it('optimizes from the start, so that the same is neither unpacked nor packed to be removed again', () => {
    const optimized = { ...web, optimize: true };
    const release = osRelease('debian', '12');
    const fromTheStart = release && optimizedFromTheStart(release);
    expect(recipeOf(optimized, 'prepare_base').seeds).toStrictEqual(fromTheStart);
    expect(optimizing(optimized)).not.toContain('initial RAM disk');
    expect(recipeOf(web, 'prepare_base').seeds).toStrictEqual([]);
  });

  it('skips the boot test of a build that wants none', () => {
    const skipped = plan(web, { bootTest: false }).find(({ name }) => name === 'boot_test')?.skipped;
    expect(skipped).toBe(true);
  });

  it('adding a taskserv leaves every layer before it as it was', () => {
    const more = plan({ ...web, taskservs: ['nginx', 'postgresql', 'redis'] }).slice(0, 5);
    expect(plan({ ...web, taskservs: ['nginx', 'postgresql'] }).slice(0, 5)).toStrictEqual(more);
  });

  it('is empty for a release nobody here can build', () => {
    expect(plan({ name: 'x', base_os: 'fedora', os_version: '12' })).toStrictEqual([]);
  });

  it('pins the package that carries the version', () => {
    const everything = definitions['everything'] ?? web;
    expect(recipeOf(everything, 'taskserv:nginx').packages).toStrictEqual(['nginx=1.22.1-9']);
    expect(recipeOf(everything, 'taskserv:postgresql').packages).toStrictEqual([
      'postgresql-15=15.20-0+deb12u1',
    ]);
    expect(recipeOf(everything, 'taskserv:redis').packages).toStrictEqual(['redis-server']);
  });
});

describe('the configuration of an image', () => {
  it('names the image, with nothing a shell would read', () => {
    const input = { ...web, description: 'a "b" $(c) `d`\ne', labels: { 'a/b': 'c' } };
    expect(file(input, '/etc/gild-release')).toBe(
      'NAME="web-server"\nDESCRIPTION="a \\"b\\" \\$(c) \\`d\\` e"\nLABEL_A_B="c"\n',
    );
  });

  it.each([
    ['web-server', 'web-server'],
    ['Every_thing.1', 'every-thing-1'],
    [`${'a'.repeat(62)}.b`, 'a'.repeat(62)],
  ])('makes %s the host name %s', (name, host) => {
    expect(file({ ...web, name }, '/etc/hostname')).toBe(`${host}\n`);
  });

  it('gives the keys to the default user, and makes no user without keys', () => {
    const [script] = recipeOf(
      { ...web, ssh_public_keys: [KEY], auto_updates: false },
      'apply_config',
    ).scripts;
    expect(script?.content).toContain(`authorized_keys <<'GILD_KEYS'\n${KEY}\nGILD_KEYS\n`);
    expect(script?.content).toContain('useradd --create-home --shell /bin/bash --groups sudo debian');
    expect(recipeOf({ ...web, auto_updates: false }, 'apply_config').scripts).toStrictEqual([]);
  });

  it('switches unattended upgrades on with their package, and off without', () => {
    const on = file(web, '/etc/apt/apt.conf.d/20auto-upgrades');
    const off = file({ ...web, auto_updates: false }, '/etc/apt/apt.conf.d/20auto-upgrades');
    expect([on?.includes('Unattended-Upgrade "1"'), off?.includes('Unattended-Upgrade "0"')]).toStrictEqual([
      true,
      true,
    ]);
    expect(recipeOf(web, 'install_dependencies').packages).toStrictEqual(['unattended-upgrades']);
    expect(recipeOf({ ...web, auto_updates: false }, 'install_dependencies').packages).toStrictEqual([]);
  });

  it('installs unattended upgrades with the configuration where dependencies are switched off', () => {
    const input = { ...web, steps: { install_dependencies: false } };
    expect(recipeOf(input, 'apply_config').packages).toStrictEqual(['unattended-upgrades']);
    expect(recipeOf(web, 'apply_config').packages).toStrictEqual([]);
  });

  it('routes every name to the resolvers of the definition', () => {
    expect(file({ ...web, dns_servers: ['192.0.2.53'] }, '/etc/systemd/resolved.conf.d/10-gild.conf')).toBe(
      '[Resolve]\nDNS=192.0.2.53\nDomains=~.\n',
    );
  });
});

describe('a build on a base image', () => {
  const onBase = definitions['on-base'] ?? web;

  it('starts from its layers, brings its base system up to date, and makes no other one', () => {
    expect(plan(onBase).slice(0, 3)).toMatchObject([
      { kind: 'base', name: 'base_image', title: 'base image with-redis 1.2.0', skipped: false },
      { name: 'prepare_base', recipe: { kind: 'change' }, skipped: false },
      { name: 'update_packages' },
    ]);
    const asItIs = plan({ ...onBase, steps: { prepare_base: false } });
    expect(asItIs.slice(0, 2)).toMatchObject([
      { name: 'base_image', skipped: false },
      { name: 'prepare_base', skipped: true },
    ]);
  });

  it('keeps of the configuration of its base only what it has itself', () => {
    const removal = (input: GoldenImageConfigInput) =>
      recipeOf({ ...onBase, ...input }, 'apply_config').scripts.map(({ content }) => content);
    const [plain = ''] = removal(onBase);
    expect(plain).toContain('userdel --remove debian');
    expect(plain).not.toContain('\n/etc/systemd/resolved.conf.d/10-gild.conf\n');
    const [kept = '', account] = removal({
      ...onBase,
      ssh_public_keys: [KEY],
      dns_servers: ['192.0.2.53'],
      network_config: 'version: 2\nethernets: {eth0: {dhcp4: true}}\n',
    });
    expect(kept).not.toContain('userdel');
    expect(account).toContain('useradd');
    expect(/GILD_KEPT'\n([^]*)\nGILD_KEPT/.exec(kept)?.[1]?.split('\n')).toStrictEqual(
      expect.arrayContaining([
        '/etc/systemd/network/10-gild-eth0.network',
        '/etc/systemd/resolved.conf.d/10-gild.conf',
        '/etc/sudoers.d/90-gild',
      ]),
    );
  });

  it.each([
    ['apply_security_hardening', { optimize: true }, 'apply_optimizations'],
    ['apply_optimizations', { security_hardening: true }, 'apply_security_hardening'],
  ])('keeps the settings of the start that its base has of %s', (had, wish, name) => {
    const [bottom] = base().layers;
    const layers = bottom === undefined ? [] : [bottom, { ...bottom, step: had }];
    const inputs = { ...inputsOf({ ...onBase, ...wish }), base: { ...base(), layers } };
    const found = planSteps(inputs, guest, { bootTest: true }).filter(
      (step) => step.kind === 'layer' && step.name === name,
    );
    expect(found).toMatchObject([
      {
        recipe: {
          files: expect.arrayContaining([grubFile({ hardened: true, optimized: true })]),
        },
      },
    ]);
  });

  it('optimizes on a base that is not optimized after all its layers, and on an optimized one from the start', () => {
    const input = { ...onBase, optimize: true };
    expect(recipeOf(input, 'prepare_base').seeds).toStrictEqual([]);
    expect(optimizing(input)).toContain('initial RAM disk');
    const [bottom] = base().layers;
    const layers = bottom === undefined ? [] : [bottom, { ...bottom, step: 'apply_optimizations' }];
    expect(optimizing(input, { ...base(), layers })).not.toContain('initial RAM disk');
  });

  it('switches the timers of updates on again, which an optimized base without updates has off', () => {
    const enabled = (input: GoldenImageConfigInput) => recipeOf(input, 'apply_config').enable;
    expect(enabled(onBase)).toStrictEqual(['apt-daily.timer', 'apt-daily-upgrade.timer']);
    expect(enabled({ ...onBase, auto_updates: false })).toStrictEqual([]);
    expect(enabled(web)).toStrictEqual([]);
  });

  it('checks the taskservs of its base too, whatever of its own is installed', () => {
    const names = (input: GoldenImageConfigInput) =>
      bootChecks(inputsOf(input)).map(({ name }) => name.split('/')[0]);
    expect([...new Set(names(onBase))]).toStrictEqual(['redis', 'nginx', 'system']);
    expect([...new Set(names({ ...onBase, steps: { install_taskservs: false } }))]).toStrictEqual([
      'redis',
      'system',
    ]);
  });
});

describe('the checks of a boot', () => {
  const names = (input: GoldenImageConfigInput) => bootChecks(inputsOf(input)).map(({ name }) => name);

  it('are those of the taskservs, the test scripts, and of every image', () => {
    expect(
      names({ ...web, taskservs: ['redis'], steps: { test_scripts: ['true', 'exit 0'] } }),
    ).toStrictEqual([
      'redis/unit',
      'redis/port-6379',
      'redis/ping',
      'test_scripts/1',
      'test_scripts/2',
      'system/root-grown',
      'system/no-failed-units',
    ]);
  });

  it('ask for no taskserv that was not installed', () => {
    expect(names({ ...web, steps: { install_taskservs: false } })).toStrictEqual([
      'system/root-grown',
      'system/no-failed-units',
    ]);
  });
});

it.each(Object.entries(definitions))('can build the definition %s', (_, input) => {
  expect(unsupportedViolations(resolveDefinition(input))).toStrictEqual([]);
});
