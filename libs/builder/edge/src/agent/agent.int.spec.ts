import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomIds } from '@gild/node-runtime';
import type { Messenger } from '@gild/ports';
import { memoryObjectStore } from '@gild/testing';
import { hostAgent } from './agent.js';

const root = mkdtempSync(join(tmpdir(), 'gild-agent-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const messenger: Messenger = {
  request: () => Promise.reject(new Error('nobody answers')),
  hint: () => undefined,
  onHint: () => Promise.resolve(() => undefined),
};

it('an agent that is stopped waits for the plans it is asked for', async () => {
  const folders = { cache: join(root, 'cache'), scratch: join(root, 'scratch'), agentState: join(root, 'a') };
  for (const folder of Object.values(folders)) mkdirSync(folder);
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
