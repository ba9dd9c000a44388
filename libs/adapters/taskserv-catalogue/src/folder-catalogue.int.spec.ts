import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Distribution, OS_RELEASES, osRelease, type Taskserv } from '@gild/contracts';
import { folderCatalogue } from './folder-catalogue.js';

const shipped = join(import.meta.dirname, '../../../../taskservs');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-catalogue-'));
});
afterEach(() => rm(dir, { recursive: true }));

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), text);
};
const good = (name: string, description = 'a service') => `name: ${name}
description: ${description}
version_package: ${name}
distributions: { debian: [{ packages: [${name}] }] }
checks: [{ name: up, unit: ${name}.service }]
`;

it('is not parsed again while it is as it was, and every change is seen, however soon it comes', async () => {
  const kept = folderCatalogue([shipped]);
  const nginx = (await kept.all()).get('nginx');
  expect((await kept.all()).get('nginx')).toBe(nginx);
  const young = folderCatalogue([dir]);
  for (const description of ['one', 'two', 'six']) {
    await write('nginx/taskserv.yaml', good('nginx', description));
    expect((await young.all()).get('nginx')?.description).toBe(description);
  }
  await rm(join(dir, 'nginx', 'taskserv.yaml'));
  await expect(young.all()).rejects.toMatchObject({ code: 'CATALOGUE_INVALID' });
});

type Place = readonly [os: Distribution, release: string];

/** Every release that a taskserv has an installation for, as often as it has one. */
const placesOf = (taskserv: Taskserv | undefined): Place[] =>
  Object.entries(taskserv?.distributions ?? {}).flatMap(([name, installations]) => {
    const os = name as Distribution;
    const every = OS_RELEASES[os].map(({ version }) => version);
    return installations.flatMap(({ releases = every }) => releases.map((release): Place => [os, release]));
  });

describe('the shipped catalogue', () => {
  const all = async () => [...(await folderCatalogue([shipped]).all()).values()];

  it('is valid and has the services of the product', async () => {
    expect((await all()).map(({ name }) => name).sort()).toStrictEqual([
      ...['chrony', 'cilium', 'containerd', 'docker', 'etcd', 'fail2ban', 'haproxy', 'java', 'kubernetes'],
      ...['mariadb', 'nginx', 'nodejs', 'openssh', 'podman', 'postgresql', 'prometheus-node-exporter'],
      ...['python', 'redis'],
    ]);
  });

  it('names releases that there are, each once', async () => {
    for (const taskserv of await all()) {
      const places = placesOf(taskserv);
      const unknown = places.filter(([os, release]) => osRelease(os, release) === undefined);
      expect([taskserv.name, unknown]).toStrictEqual([taskserv.name, []]);
      expect([taskserv.name, new Set(places.map(String)).size]).toStrictEqual([taskserv.name, places.length]);
    }
  });

  it('requires only what can be installed in the same places, and names nothing that it lacks', async () => {
    const shelf = await folderCatalogue([shipped]).all();
    for (const taskserv of shelf.values()) {
      const { name, requires, after, conflicts } = taskserv;
      const strangers = [...after, ...conflicts].filter((one) => !shelf.has(one));
      expect([name, strangers]).toStrictEqual([name, []]);
      for (const needed of requires) {
        const there = placesOf(shelf.get(needed)).map(String);
        const missing = placesOf(taskserv).filter((place) => !there.includes(String(place)));
        expect([name, needed, missing]).toStrictEqual([name, needed, []]);
      }
    }
  });

  it('has downloads for every architecture or for none', async () => {
    for (const { name, distributions } of await all()) {
      for (const { downloads } of Object.values(distributions).flat()) {
        const of = (arch: string) => downloads.filter((one) => one.arch === arch).map(({ path }) => path);
        expect([name, of('aarch64')]).toStrictEqual([name, of('x86_64')]);
      }
    }
  });

  it('names the PostgreSQL package of each Debian release', async () => {
    const postgresql = (await folderCatalogue([shipped]).all()).get('postgresql');
    expect(
      postgresql?.distributions.debian?.map(({ releases, version_package }) => [releases, version_package]),
    ).toStrictEqual([
      [['12'], 'postgresql-15'],
      [['11'], 'postgresql-13'],
      [['13'], 'postgresql-17'],
    ]);
  });
});

it('asks of PostgreSQL that its cluster runs, which its service says of no cluster', async () => {
  const checks = (await folderCatalogue([shipped]).all()).get('postgresql')?.checks ?? [];
  expect(checks.flatMap((check) => ('unit' in check ? [check.unit] : []))).toStrictEqual([
    'postgresql@*-main.service',
  ]);
});

describe('a folder of taskservs', () => {
  it('takes the place of what an earlier folder has under the same name', async () => {
    await write('a/web/taskserv.yaml', good('web', 'shipped'));
    await write('a/other/taskserv.yaml', good('other'));
    await write('b/web/taskserv.yaml', good('web', 'our own'));
    const all = await folderCatalogue([join(dir, 'a'), join(dir, 'b')]).all();
    expect([...all].map(([name, { description }]) => [name, description])).toStrictEqual([
      ['other', 'a service'],
      ['web', 'our own'],
    ]);
  });

  it('is read anew each time', async () => {
    await write('web/taskserv.yaml', good('web', 'before'));
    const catalogue = folderCatalogue([dir]);
    await catalogue.all();
    await write('web/taskserv.yaml', good('web', 'after'));
    expect((await catalogue.all()).get('web')?.description).toBe('after');
  });

  it.each(['release', 'debian'])('may not give a repository the name %s of the own ones', async (name) => {
    const source = `{ name: ${name}, uri: "https://x.example/", suite: s, components: [main], key: k }`;
    await write('web/taskserv.yaml', good('web').replace('[web] }', `[web], repositories: [${source}] }`));
    await expect(folderCatalogue([dir]).all()).rejects.toThrow(
      `distributions.debian[0].repositories[0].name: ${name} is what the distribution's own are called`,
    );
  });

  it('has every violation of every file named with file and path', async () => {
    await write('web/taskserv.yaml', good('webb'));
    await write(
      'cache/taskserv.yaml',
      `name: cache
version_package: cache
distributions: { debian: [{ packges: [cache], enable: cache }] }
checks: [{ name: up, port: 70000 }]
`,
    );
    await mkdir(join(dir, 'empty'));
    const message = await folderCatalogue([dir, join(dir, 'absent')])
      .all()
      .then(
        () => '',
        (error: Error) => error.message,
      );
    const lines = message.split('\n');
    const has = (file: string, path: string) =>
      lines.some((line) => line.startsWith(`${join(dir, file)}: ${path}`));
    expect([
      has('web/taskserv.yaml', 'name: expected web, as the folder is called, found webb'),
      has('cache/taskserv.yaml', 'description: '),
      has('cache/taskserv.yaml', 'distributions.debian[0].enable: '),
      has('cache/taskserv.yaml', 'distributions.debian[0]: Unrecognized key: "packges"'),
      has('cache/taskserv.yaml', 'checks[0].port: '),
      has('empty/taskserv.yaml', 'cannot be read (ENOENT)'),
      has('absent', 'cannot be read (ENOENT)'),
    ]).not.toContain(false);
  });

  it.each([
    ['packages: ["-oDir::Bin::Solvers::=/tmp/x"]', 'packages[0]'],
    ['packages: [nginx, "--option=x"]', 'packages[1]'],
    ['packages: ["nginx -y"]', 'packages[0]'],
    ['packages: ["nginx-"]', 'packages[0]'],
    ['packages: ["nginx=$(id)"]', 'packages[0]'],
    ['version_package: "-ox=y"', 'version_package'],
    ['enable: ["--root=/elsewhere"]', 'enable[0]'],
    ['files: [{ path: "/etc/a\\0b", content: x }]', 'files[0].path'],
    ['seeds: [{ path: /etc/a, content: x, owner: "a\\0b" }]', 'seeds[0].owner'],
    ['seeds: [{ path: /etc/a, content: x, group: "a\\0b" }]', 'seeds[0].group'],
    [`downloads: [{ url: "http://x/", path: "/etc/a\\0b", sha256: ${'0'.repeat(64)} }]`, 'downloads[0].path'],
    [
      'repositories: [{ name: x, uri: "rsh://-oProxyCommand=x/", suite: a, components: [b], key: c }]',
      'repositories[0].uri',
    ],
    [
      'repositories: [{ name: x, uri: "http://x/", suite: "a\\nTrusted: yes", components: [b], key: c }]',
      'repositories[0].suite',
    ],
    [
      'repositories: [{ name: x, uri: "http://x/", suite: a, components: ["b\\nTrusted: yes"], key: c }]',
      'repositories[0].components[0]',
    ],
    [`downloads: [{ url: "file:///etc/shadow", sha256: ${'0'.repeat(64)}, path: /x }]`, 'downloads[0].url'],
    [
      'repositories: [{ name: x, uri: "http://x/ rsh://-oProxyCommand=x/", suite: a, components: [b], key: c }]',
      'repositories[0].uri',
    ],
    [
      'repositories: [{ name: x, uri: "http://x/\\nTrusted: yes", suite: a, components: [b], key: c }]',
      'repositories[0].uri',
    ],
    [
      `downloads: [{ url: "http://x/ file:/etc/shadow", sha256: ${'0'.repeat(64)}, path: /x }]`,
      'downloads[0].url',
    ],
  ])('refuses %s, which a program of the host would take for something else', async (member, path) => {
    const text = good('web').replace('packages: [web]', member);
    await write('web/taskserv.yaml', text);
    await expect(folderCatalogue([dir]).all()).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringContaining(`distributions.debian[0].${path}: `),
    });
  });

  it.each(['g++', 'libstdc++6', 'postgresql-15', 'linux-image-6.1', 'nginx=1.22.1-9+deb12u2', 'a=1:2.0~rc1'])(
    'takes the package %s',
    async (name) => {
      await write('web/taskserv.yaml', good('web').replace('packages: [web]', `packages: ["${name}"]`));
      const web = (await folderCatalogue([dir]).all()).get('web');
      expect(web?.distributions.debian?.[0]?.packages).toStrictEqual([name]);
    },
  );

  it.each([
    ['a syntax error', 'name: [', 'Flow sequence'],
    ['a key given twice', 'name: a\nname: b\n', 'Map keys must be unique'],
    ['an unknown tag', 'name: !!js/function "x"\n', 'Unresolved tag'],
    [
      'aliases that multiply',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      'Excessive alias count',
    ],
  ])('refuses %s', async (_, text, message) => {
    await write('web/taskserv.yaml', text);
    await expect(folderCatalogue([dir]).all()).rejects.toMatchObject({
      code: 'CATALOGUE_INVALID',
      message: expect.stringContaining(message),
    });
  });
});
