import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds } from '@gild/node-runtime';
import { type Arch, subjects, SyncRequest } from '@gild/contracts';
import type { Messenger } from '@gild/ports';
import { memoryObjectStore } from '@gild/testing';
import { linuxSandbox } from '@gild/sandbox-linux';
import { type AgentFolders, hostAgent } from './agent.js';
import { lackingMachines, lackingTools } from './lacking-tools.js';

const root = mkdtempSync(join(tmpdir(), 'gild-agent-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const foldersOf = (name: string): AgentFolders => {
  const folders = {
    ...{ cache: join(root, name, 'cache'), scratch: join(root, name, 'scratch') },
    agentState: join(root, name, 'agent'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
};

const messenger: Messenger = {
  request: () => Promise.reject(new Error('nobody answers')),
  hint: () => undefined,
  onHint: () => Promise.resolve(() => undefined),
};

it('an agent that is stopped waits for the plans it is asked for', async () => {
  const folders = foldersOf('planning');
  const course: string[] = [];
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const objects = { ...memoryObjectStore(), head: () => held.then(() => undefined) };
  const agent = await hostAgent(folders, {
    ...{ agentId: 'oak', objects, messenger, ids: randomIds, release: '1', emulation: 'off' },
    settings: { mirrors: {} },
  });
  const planned = agent
    .plan({ inputDigest: '0'.repeat(64), useCache: true })
    .catch(() => void course.push('plan ended'));
  const stopped = agent.stop().then(() => void course.push('agent stopped'));
  setImmediate(() => setImmediate(go));
  await Promise.all([planned, stopped]);
  expect(course).toStrictEqual(['plan ended', 'agent stopped']);
});

it('an agent says of what its host builds no image, from the first time it is heard of', async () => {
  const heard = Promise.withResolvers<SyncRequest>();
  const request = async (subject: string, payload: unknown) => {
    if (subject === subjects.agentSync('oak')) heard.resolve(SyncRequest.parse(payload));
    throw new Error('nobody answers');
  };
  const agent = await hostAgent(foldersOf('speaking'), {
    ...{ agentId: 'oak', objects: memoryObjectStore(), messenger: { ...messenger, request } },
    ...{ ids: randomIds, release: '1', emulation: 'off', settings: { mirrors: {} } },
  });
  agent.start();
  const { cannotBuild = [] } = (await heard.promise).agent;
  await agent.stop();
  expect(cannotBuild.map(({ distribution, release }) => [distribution, release])).toStrictEqual([
    ['rhel', '9'],
    ['rhel', '10'],
  ]);
});

describe('an agent says nothing of what its host builds no image', () => {
  const mirrors = { rhel: { main: 'http://127.0.0.1:9', key: 'a key' } };

  it('where it builds of everything', async () => {
    const { signal } = new AbortController();
    expect(await lackingTools({ sandbox: linuxSandbox(), mirrors }, signal)).toStrictEqual({});
  });
  it('where the host cannot be asked, or the agent leaves before it has answered', async () => {
    const run = () => Promise.reject(new Error('no sandbox'));
    const sandbox = { ...linuxSandbox(), run };
    expect(await lackingTools({ sandbox, mirrors }, new AbortController().signal)).toStrictEqual({});
    const left = AbortSignal.abort(new Error('leaving'));
    expect(await lackingTools({ sandbox: linuxSandbox(), mirrors }, left)).toStrictEqual({});
  });
});

it('an agent whose programs cannot be asked for still says of what it is told no mirror', async () => {
  const sandbox = { ...linuxSandbox(), run: () => Promise.reject(new Error('no sandbox')) };
  const { cannotBuild = [] } = await lackingTools({ sandbox, mirrors: {} }, new AbortController().signal);
  expect(cannotBuild.map(({ distribution, release }) => `${distribution} ${release}`)).toStrictEqual([
    'rhel 9',
    'rhel 10',
  ]);
});

it('an agent asks a busy host once more, with more patience', async () => {
  const { run } = linuxSandbox();
  let tries = 0;
  const late: typeof run = (wanted) => {
    tries += 1;
    return tries > 1
      ? run(wanted)
      : new Promise((_, reject) => {
          wanted.signal?.addEventListener('abort', () => reject(new Error('late')));
        });
  };
  const lacking = await lackingTools(
    {
      sandbox: { ...linuxSandbox(), run: late },
      mirrors: { rhel: { main: 'http://127.0.0.1:9', key: 'a key' } },
    },
    new AbortController().signal,
    [1, 60_000],
  );
  expect({ lacking, tries }).toStrictEqual({ lacking: {}, tries: 2 });
});

describe('an agent says of each architecture it builds for', () => {
  const machine = { names: ['qemu-system-aarch64'], packages: ['qemu-system-arm'] };

  it('that it cannot boot its images, with what to install, where it lacks the machine', async () => {
    const missing = async (arch: Arch) => (arch === 'aarch64' ? machine : undefined);
    expect(await lackingMachines(['x86_64', 'aarch64'], missing)).toStrictEqual({
      cannotBoot: [
        {
          arch: 'aarch64',
          reason:
            'The boot test of aarch64 images needs qemu-system-aarch64 on this host (apt-get install qemu-system-arm).',
        },
      ],
    });
  });
  it('nothing where it has the machines', async () => {
    expect(await lackingMachines(['x86_64', 'aarch64'], async () => undefined)).toStrictEqual({});
  });
});
