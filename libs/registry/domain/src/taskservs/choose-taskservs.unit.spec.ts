import { Taskserv, TaskservInstallation } from '@gild/contracts';
import fc from 'fast-check';
import type { BaseContent } from './base-content.js';
import { chooseTaskservs } from './choose-taskservs.js';
import type { Selection } from './selection.js';

type Links = { requires?: string[]; after?: string[]; conflicts?: string[] };

const taskserv = (
  name: string,
  links: Links = {},
  distributions: object = { debian: [{ packages: [name] }] },
) =>
  Taskserv.parse({
    name,
    description: name,
    version_package: name,
    ...links,
    distributions,
    checks: [{ name: 'up', unit: name }],
  });

const debian = (rest: Partial<Selection>): Selection => ({ base_os: 'debian', os_version: '12', ...rest });

const catalogue = [
  taskserv('nginx'),
  taskserv('postgresql'),
  taskserv('redis'),
  taskserv('containerd', {}, { debian: [{ packages: ['containerd'] }], ubuntu: [{}] }),
  taskserv('kubernetes', { requires: ['containerd'], after: ['redis'] }),
  taskserv('cilium', { requires: ['kubernetes'] }),
  taskserv('docker', { conflicts: ['podman'] }),
  taskserv('podman'),
  taskserv('old', {}, { debian: [{ releases: ['11'] }], fedora: [{}] }),
];

const choose = (rest: Partial<Selection>, shelf: readonly Taskserv[] = catalogue) =>
  chooseTaskservs({ definition: debian(rest), catalogue: shelf });
const namesOf = (choice: ReturnType<typeof choose>) =>
  choice.ok
    ? choice.taskservs.map(({ name }) => name)
    : choice.violations.map(({ path, message }) => message.replace(`${path}: `, ''));
const pathsOf = (choice: ReturnType<typeof choose>) =>
  choice.ok ? [] : choice.violations.map(({ path }) => path);

describe('which taskservs an image gets', () => {
  it('keeps the order of the definition where nothing depends on another', () =>
    expect(namesOf(choose({ taskservs: ['redis', 'nginx', 'postgresql'] }))).toStrictEqual([
      'redis',
      'nginx',
      'postgresql',
    ]));

  it('installs nothing when nothing is wanted', () =>
    expect(choose({})).toStrictEqual({ ok: true, taskservs: [] }));

  it('pulls required ones in, right before the first that needs them', () =>
    expect(namesOf(choose({ taskservs: ['nginx', 'cilium'] }))).toStrictEqual([
      'nginx',
      'containerd',
      'kubernetes',
      'cilium',
    ]));

  it('orders after a taskserv that is installed, without pulling it in', () => {
    expect(namesOf(choose({ taskservs: ['kubernetes', 'redis'] }))).toStrictEqual([
      'containerd',
      'redis',
      'kubernetes',
    ]);
    expect(namesOf(choose({ taskservs: ['kubernetes'] }))).toStrictEqual(['containerd', 'kubernetes']);
  });

  it('carries package, pin, checks and the installation of the distribution', () =>
    expect(choose({ taskservs: ['nginx'], taskserv_versions: { nginx: '1.22.1-9' } })).toMatchObject({
      ok: true,
      taskservs: [
        {
          name: 'nginx',
          versionPackage: 'nginx',
          pin: '1.22.1-9',
          installation: { packages: ['nginx'] },
          checks: [{ name: 'up', unit: 'nginx' }],
        },
      ],
    }));

  it('takes the package that carries the version from the distribution where it differs', () =>
    expect(
      choose({ taskservs: ['pg'] }, [taskserv('pg', {}, { debian: [{ version_package: 'postgresql-15' }] })]),
    ).toMatchObject({ taskservs: [{ versionPackage: 'postgresql-15' }] }));

  it('takes the checks from the distribution where they differ', () => {
    const there = [{ name: 'runs', command: ['pgsql'], within_seconds: 9 }];
    const choice = choose({ taskservs: ['pg'] }, [taskserv('pg', {}, { debian: [{ checks: there }] })]);
    expect(choice).toMatchObject({ taskservs: [{ checks: there }] });
  });

  it('carries the version of what is downloaded, and takes a pin of exactly that one', () => {
    const { version_package: _, ...rest } = taskserv('kubelet');
    const shelf = [Taskserv.parse({ ...rest, version: '1.35.1' })];
    const pinned = (pin: string) =>
      choose({ taskservs: ['kubelet'], taskserv_versions: { kubelet: pin } }, shelf);
    const choice = pinned('1.35.1');
    expect(choice).toMatchObject({ taskservs: [{ name: 'kubelet', version: '1.35.1' }] });
    expect(choice.ok && choice.taskservs[0]).not.toHaveProperty('versionPackage');
    expect(pinned('1.34.0')).toMatchObject({
      violations: [
        {
          path: 'taskserv_versions.kubelet',
          message: 'taskserv_versions.kubelet: kubelet has no version 1.34.0; available: 1.35.1',
        },
      ],
    });
  });

  it('leaves an excluded one out', () =>
    expect(namesOf(choose({ taskservs: ['nginx', 'redis'], exclude_taskservs: ['redis'] }))).toStrictEqual([
      'nginx',
    ]));

  it('does not pull in what only an excluded one requires', () =>
    expect(
      namesOf(choose({ taskservs: ['nginx', 'kubernetes'], exclude_taskservs: ['kubernetes'] })),
    ).toStrictEqual(['nginx']));
});

describe('what stands against a choice of taskservs', () => {
  it('names the nearest ones for an unknown name', () => {
    const choice = choose({ taskservs: ['nginx', 'postgres', 'ngnix'] });
    expect(pathsOf(choice)).toStrictEqual(['taskservs[1]', 'taskservs[2]']);
    expect(namesOf(choice)).toStrictEqual([
      'no taskserv is called postgres; did you mean postgresql?',
      'no taskserv is called ngnix; did you mean nginx?',
    ]);
  });

  it('lists the catalogue when no name is near', () =>
    expect(choose({ taskservs: ['zzzzzzzz'] })).toMatchObject({
      violations: [{ found: 'zzzzzzzz', expected: expect.stringContaining('cilium, containerd, docker') }],
    }));

  it('finds an unknown name among the excluded ones, because it would exclude nothing', () =>
    expect(pathsOf(choose({ exclude_taskservs: ['reddis'] }))).toStrictEqual(['exclude_taskservs[0]']));

  it('says where a taskserv is available when it is not here', () =>
    expect(choose({ taskservs: ['old'] })).toMatchObject({
      violations: [
        {
          path: 'taskservs[0]',
          message: 'taskservs[0]: old is not available for debian 12, only for debian 11, every fedora',
          found: 'debian 12',
        },
      ],
    }));

  it('names the chain to an excluded dependency', () =>
    expect(choose({ taskservs: ['cilium'], exclude_taskservs: ['containerd'] })).toMatchObject({
      violations: [
        {
          path: 'exclude_taskservs',
          message:
            'exclude_taskservs: cilium → kubernetes → containerd is excluded, but kubernetes does not work without it',
        },
      ],
    }));

  it('names the chain to a dependency that the catalogue lacks', () =>
    expect(namesOf(choose({ taskservs: ['web'] }, [taskserv('web', { requires: ['gone'] })]))).toStrictEqual([
      'web → gone is not in the catalogue',
    ]));

  it('refuses two that conflict, whichever of them says so', () => {
    expect(namesOf(choose({ taskservs: ['podman', 'docker'] }))).toStrictEqual([
      'podman and docker conflict: an image holds one of them',
    ]);
    expect(pathsOf(choose({ taskservs: ['docker', 'nginx', 'podman'] }))).toStrictEqual(['taskservs[2]']);
  });

  it('refuses different repositories of one name, but not the same one twice', () => {
    const from = (name: string, uri: string) => {
      const source = { name: 'vendor', uri, suite: 'stable', components: ['main'], key: 'key' };
      return taskserv(name, {}, { debian: [{ packages: [name], repositories: [source] }] });
    };
    const shelf = [
      from('a', 'https://one.example/'),
      from('b', 'https://one.example/'),
      from('c', 'https://two.example/'),
    ];
    expect(choose({ taskservs: ['a', 'b'] }, shelf)).toMatchObject({ ok: true });
    expect(choose({ taskservs: ['a', 'b', 'c'] }, shelf)).toMatchObject({
      violations: [
        {
          path: 'taskservs[2]',
          message: 'taskservs[2]: a and c call different package repositories vendor',
          found: 'vendor',
        },
      ],
    });
  });

  it('names a circle of needs', () =>
    expect(
      namesOf(
        choose({ taskservs: ['a'] }, [
          taskserv('a', { requires: ['b'] }),
          taskserv('b', { requires: ['c'] }),
          taskserv('c', { after: ['a'] }),
        ]),
      ),
    ).toStrictEqual([
      'a → b → c → a need each other in a circle, so none of them can be installed first: take one of these needs out of `requires` or `after` of its taskserv',
    ]));

  it('refuses a pin of what is not installed', () =>
    expect(pathsOf(choose({ taskservs: ['nginx'], taskserv_versions: { redis: '7' } }))).toStrictEqual([
      'taskserv_versions.redis',
    ]));

  it('names everything at once', () =>
    expect(
      pathsOf(
        choose({
          taskservs: ['nope-nope', 'old', 'docker', 'podman'],
          taskserv_versions: { redis: '7' },
          steps: { install_order: ['nginx'] },
        }),
      ),
    ).toStrictEqual([
      'taskservs[0]',
      'taskservs[1]',
      'taskservs[3]',
      'steps.install_order[0]',
      'taskserv_versions.redis',
    ]));
});

describe('an install order of the definition', () => {
  const inOrder = (taskservs: string[], install_order: string[]) =>
    choose({ taskservs, steps: { install_order } });

  it('goes before the order of the list', () =>
    expect(namesOf(inOrder(['nginx', 'postgresql', 'redis'], ['redis', 'nginx']))).toStrictEqual([
      'redis',
      'nginx',
      'postgresql',
    ]));

  it('is refused when it breaks a dependency, also one through others', () => {
    const choice = inOrder(['cilium'], ['cilium', 'containerd']);
    expect(pathsOf(choice)).toStrictEqual(['steps.install_order[0]']);
    expect(namesOf(choice)).toStrictEqual([
      'install_order puts cilium before containerd, but cilium → kubernetes → containerd is the order of need',
    ]);
  });

  it('is refused when it names something twice or something not installed', () =>
    expect(pathsOf(inOrder(['nginx'], ['nginx', 'nginx', 'redis']))).toStrictEqual([
      'steps.install_order[1]',
      'steps.install_order[2]',
    ]));
});

describe('the order of any catalogue', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;
  /** Links only point to later letters, so that there is no circle. */
  const shelf = fc.tuple(
    ...names.map((name, index) =>
      fc
        .record({
          requires: fc.subarray(names.slice(index + 1)),
          after: fc.subarray(names.slice(index + 1)),
        })
        .map((links) => taskserv(name, links)),
    ),
  );
  const wanted = fc.shuffledSubarray([...names]);

  it('has everything a taskserv needs before it, each once, the same every time', () =>
    fc.assert(
      fc.property(shelf, wanted, (services, taskservs) => {
        const order = namesOf(choose({ taskservs }, services));
        expect(new Set(order).size).toBe(order.length);
        expect(order).toStrictEqual(namesOf(choose({ taskservs }, [...services].reverse())));
        for (const { name, requires, after } of services.filter((service) => order.includes(service.name))) {
          const before = order.slice(0, order.indexOf(name));
          expect(before).toEqual(expect.arrayContaining(requires));
          expect(before).toEqual(expect.arrayContaining(after.filter((other) => order.includes(other))));
        }
      }),
    ));

  it('keeps what was there as it was when one is added at the end that nothing else waits for', () =>
    fc.assert(
      fc.property(shelf, wanted, fc.subarray([...names]), (services, taskservs, requires) => {
        const extended = [...services, taskserv('new', { requires })];
        const before = namesOf(choose({ taskservs }, extended));
        const after = namesOf(choose({ taskservs: [...taskservs, 'new'] }, extended));
        const pulledIn = after.filter((name) => !before.includes(name));
        fc.pre(
          services.every(
            (it) => !before.includes(it.name) || !it.after.some((name) => pulledIn.includes(name)),
          ),
        );
        expect(after.slice(0, before.length)).toStrictEqual(before);
        expect(after.at(-1)).toBe('new');
      }),
    ));
});

describe('on a base image', () => {
  const baseWith = (...names: string[]): BaseContent => ({
    image: 'base 1.0.0',
    taskservs: names.map((name) => ({
      name,
      versionPackage: name,
      installation: TaskservInstallation.parse({
        packages: [name],
        repositories: [
          { name: 'vendor', uri: 'https://base.example/', suite: 's', components: [], key: 'k' },
        ],
      }),
      checks: [],
    })),
    versions: Object.fromEntries(names.map((name) => [name, '1.0'])),
  });
  const on = (base: BaseContent, rest: Partial<Selection>, shelf: readonly Taskserv[] = catalogue) =>
    chooseTaskservs({ definition: debian(rest), catalogue: shelf, base });

  it('installs nothing again that it has, asked for or required, and takes it for installed', () => {
    expect(namesOf(on(baseWith('nginx'), { taskservs: ['nginx', 'redis'] }))).toStrictEqual(['redis']);
    expect(namesOf(on(baseWith('containerd'), { taskservs: ['cilium'] }))).toStrictEqual([
      'kubernetes',
      'cilium',
    ]);
    expect(
      namesOf(on(baseWith('kubernetes'), { taskservs: ['cilium'], steps: { install_order: ['cilium'] } })),
    ).toStrictEqual(['cilium']);
  });

  it('needs no catalogue for what it has', () => {
    expect(namesOf(on(baseWith('bygone'), { taskservs: ['bygone', 'nginx'] }))).toStrictEqual(['nginx']);
  });

  it.each([
    ['docker', 'podman'],
    ['podman', 'docker'],
  ])('refuses %s where it has %s, whichever of the two names the other', (wanted, present) => {
    const choice = on(baseWith(present), { taskservs: [wanted] });
    expect(namesOf(choice)).toStrictEqual([
      `${wanted} and ${present} conflict, and the base image base 1.0.0 has ${present}`,
    ]);
    expect(pathsOf(choice)).toStrictEqual(['taskservs[0]']);
  });

  it('cannot be without what it has', () => {
    const choice = on(baseWith('nginx'), { exclude_taskservs: ['nginx'] });
    expect(namesOf(choice)).toStrictEqual([
      'the base image base 1.0.0 has nginx, which cannot be taken out of it',
    ]);
    expect(pathsOf(choice)).toStrictEqual(['exclude_taskservs[0]']);
  });

  it('may be pinned to the version that is there, and to no other', () => {
    expect(on(baseWith('nginx'), { taskserv_versions: { nginx: '1.0' } })).toStrictEqual({
      ok: true,
      taskservs: [],
    });
    expect(namesOf(on(baseWith('nginx'), { taskserv_versions: { nginx: '2.0' } }))).toStrictEqual([
      'the base image base 1.0.0 has nginx 1.0, not the pinned 2.0, and what a base image has is not installed again: ' +
        'pin nginx to 1.0 or not at all, start from a version of base that has nginx 2.0, or from an image without nginx',
    ]);
  });

  it('may not be pinned where its version is not known', () => {
    const base = { ...baseWith('nginx'), versions: {} };
    expect(namesOf(on(base, { taskserv_versions: { nginx: '2.0' } }))).toStrictEqual([
      expect.stringMatching(
        /has nginx of no recorded version, not the pinned 2\.0, .*: do not pin nginx, start from/,
      ),
    ]);
  });

  it('has no place in the order of what is installed', () => {
    expect(
      namesOf(on(baseWith('nginx'), { taskservs: ['redis'], steps: { install_order: ['nginx', 'redis'] } })),
    ).toStrictEqual(['install_order names nginx, which the base image has already']);
  });

  it('keeps the names of its package repositories', () => {
    const repository = {
      name: 'vendor',
      uri: 'https://other.example/',
      suite: 's',
      components: [],
      key: 'k',
    };
    const own = taskserv('own', {}, { debian: [{ packages: ['own'], repositories: [repository] }] });
    expect(namesOf(on(baseWith('nginx'), { taskservs: ['own'] }, [...catalogue, own]))).toStrictEqual([
      'nginx and own call different package repositories vendor',
    ]);
  });

  it('adds to any base exactly what a build without one has beyond it', () => {
    const names = ['nginx', 'postgresql', 'redis', 'containerd', 'kubernetes', 'cilium'];
    fc.assert(
      fc.property(fc.subarray(names), fc.subarray(names), (wanted, present) => {
        const closed = namesOf(choose({ taskservs: present }));
        const all = namesOf(choose({ taskservs: [...closed, ...wanted] }));
        expect(namesOf(on(baseWith(...closed), { taskservs: wanted })).toSorted()).toStrictEqual(
          all.filter((name) => !closed.includes(name)).toSorted(),
        );
      }),
    );
  });
});
