import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgentSettings } from './agent-settings.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'gild-settings-'));
});
afterEach(() => rm(dir, { recursive: true }));

const KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\nmQ\n-----END PGP PUBLIC KEY BLOCK-----\n';
const read = async (text: string) => {
  await writeFile(join(dir, 'agent.yaml'), text);
  return readAgentSettings(join(dir, 'agent.yaml'));
};

it('are all defaults without a file, and in an empty one', async () => {
  expect(await readAgentSettings(join(dir, 'agent.yaml'))).toStrictEqual({ mirrors: {} });
  expect(await read('')).toStrictEqual({ mirrors: {} });
});

it('name mirrors of a distribution or of a release, with keys from files beside them', async () => {
  await writeFile(join(dir, 'own.asc'), KEY);
  const text = `mirrors:
  debian: { main: "http://mirror.example/debian" }
  "ubuntu 22.04": { main: "https://own.example/u", security: "https://own.example/s", key: own.asc }
`;
  expect((await read(text)).mirrors).toStrictEqual({
    debian: { main: 'http://mirror.example/debian' },
    'ubuntu 22.04': { main: 'https://own.example/u', security: 'https://own.example/s', key: KEY },
  });
});

it('say how many builds run at once, and what each may take', async () => {
  expect(await read('slots: 2\nlimits: {processes: 64, memory_mib: 512}')).toStrictEqual({
    ...{ mirrors: {}, slots: 2, limits: { processes: 64, memory_mib: 512 } },
  });
});

it.each([
  ['slots: 0', 'slots: Too small: expected number to be >=1'],
  ['slots: 65', 'slots: Too big: expected number to be <=64'],
  ['limits: {memory: 5}', 'limits: Unrecognized key: "memory"'],
  ['limits: {files: -1}', 'limits.files: Too small: expected number to be >=1'],
  ['mirors: {}', 'Unrecognized key: "mirors"'],
  ['mirrors: {debain: {main: "http://x/"}}', 'mirrors.debain: expected one of ubuntu, ubuntu 20.04'],
  [
    'mirrors: {debian: {main: "http://x/ trusted=yes"}}',
    'mirrors.debian.main: expected one http or https address',
  ],
  ['mirrors: {debian: {main: "file:///etc"}}', 'mirrors.debian.main: expected one http or https address'],
  [
    'mirrors: {fedora: {security: "http://x/"}}',
    'mirrors.fedora.security: fedora has no security updates apart from the others; name its mirror as main',
  ],
  ['mirrors: {centos 9: {security: "http://x/"}}', 'mirrors.centos 9.security: centos has no security'],
  ['mirrors: {debian: {key: absent.asc}}', 'cannot be read (ENOENT)'],
  ['mirrors: {debian: {key: agent.yaml}}', 'is no armoured OpenPGP key'],
  ['mirrors: [', 'agent.yaml: Flow sequence'],
])('are refused with file and path: %s', async (text, problem) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(problem),
  });
});

it('are refused with every setting that is wrong, of whatever kind', async () => {
  const text = `mirors: {}
mirrors:
  debain: { main: "http://x/" }
  debian: { main: "file:///etc", kee: own.asc }
  fedora: { main: "x", security: "http://x/" }
  centos:
`;
  const file = join(dir, 'agent.yaml');
  const told = await read(text).catch((fault: Error) => fault.message.split('\n'));
  const address = 'expected one http or https address without spaces and brackets';
  expect(told).toStrictEqual([
    `${file}: mirrors.debian.main: ${address}`,
    `${file}: mirrors.debian: Unrecognized key: "kee"`,
    `${file}: mirrors.fedora.main: ${address}`,
    `${file}: mirrors.centos: Invalid input: expected object, received null`,
    expect.stringContaining(`${file}: mirrors.debain: expected one of ubuntu, ubuntu 20.04, `),
    `${file}: mirrors.fedora.security: fedora has no security updates apart from the others; name its mirror as main`,
    `${file}: Unrecognized key: "mirors"`,
  ]);
});

it('are refused with every key that cannot be used', async () => {
  const rows = ['debian: {key: absent.asc}', 'fedora: {key: agent.yaml}', 'rhel 9: {key: gone.asc}'];
  await expect(read(`mirrors: {${rows.join(', ')}}`)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: [
      `mirrors.debian.key: ${dir}/absent.asc cannot be read (ENOENT)`,
      `mirrors.fedora.key: ${dir}/agent.yaml is no armoured OpenPGP key`,
      `mirrors.rhel 9.key: ${dir}/gone.asc cannot be read (ENOENT)`,
    ]
      .map((problem) => `${dir}/agent.yaml: ${problem}`)
      .join('\n'),
  });
});
