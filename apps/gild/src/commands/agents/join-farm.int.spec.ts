import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOf } from '@gild/testing';
import { terminal } from '../../output/terminal.js';
import { joinFarm } from './join-farm.js';

const NOBODY_LISTENS = 'http://127.0.0.1:9';

describe('joining with a folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'gild-join-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const folder = (name: string): string => {
    const path = join(root, name);
    mkdirSync(path);
    return path;
  };
  const joining = (state: string) => {
    const token = `gildjoin_${'0'.repeat(26)}.${'0'.repeat(40)}`;
    const context = {
      ...{ env: {}, terminal: terminal(process), interrupted: new AbortController().signal },
      ...{ onInsisted: () => () => undefined, setExitCode: () => undefined },
    };
    return faultOf(joinFarm({ url: NOBODY_LISTENS, token, id: 'oak', state }, context));
  };

  it('asks the farm in spite of an identity that is none', async () => {
    const state = folder('broken');
    writeFileSync(join(state, 'agent-identity.json'), '{');
    expect(await joining(state)).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('says so where the identity cannot be read, and asks the farm for nothing', async () => {
    const state = folder('unreadable');
    mkdirSync(join(state, 'agent-identity.json'));
    writeFileSync(join(root, 'file'), '');
    for (const [at, why] of [
      [state, 'EISDIR'],
      [join(root, 'file'), 'ENOTDIR'],
    ] as const)
      expect(await joining(at)).toMatchObject({
        code: 'INVALID_REQUEST',
        message: `${join(at, 'agent-identity.json')} cannot be read (${why}): expected a file in a folder that is this user's own; mend it, or name another folder with GILD_STATE or --state`,
      });
  });

  it('says so where the folder cannot be made', async () =>
    expect(await joining('/sys/gild-agent')).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringMatching(/^\/sys\/gild-agent cannot be made \(E[A-Z]+\): expected .*--state/),
    }));
});
