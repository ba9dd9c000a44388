import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARCHES } from '@gild/contracts';
import { hostArch } from '@gild/node-runtime';
import { linuxSandbox } from '@gild/sandbox-linux';
import { emulationOf } from './emulation.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-emulation-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a sandbox that says much of why it cannot emulate is told in one line that is recorded whole', async () => {
  const run = () => Promise.reject(new Error(`${'no '.repeat(200)}\nmount: no`));
  const { cannotEmulate } = await emulationOf('on', { ...linuxSandbox(), run }, folder);
  expect(cannotEmulate.map(({ arch }) => arch)).toStrictEqual(ARCHES.filter((arch) => arch !== hostArch()));
  for (const { reason } of cannotEmulate) {
    expect(reason).toMatch(/^The emulator for \S+ does not work on this host: .* no no.*…$/);
    expect(reason.length).toBeLessThanOrEqual(300);
  }
});
