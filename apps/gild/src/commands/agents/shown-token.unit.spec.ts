import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { plainWarning, shownToken } from './shown-token.js';

const sources = (text: string, env: NodeJS.ProcessEnv = {}) => ({
  ...{ env, input: Readable.from([Buffer.from(text)]), signal: new AbortController().signal },
});

describe('the join token', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-token-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const env = { GILD_JOIN_TOKEN: 'of the environment' };

  it('comes from a file, or from what is written to the command, before the environment', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'of a file\n');
    expect(await shownToken({ tokenFile }, sources('', env))).toBe('of a file');
    expect(await shownToken({ tokenFile: '-' }, sources('of the input\n', env))).toBe('of the input');
    expect(await shownToken({}, sources('', env))).toBe('of the environment');
    expect(await shownToken({ token: 'of an argument' }, sources('', env))).toBe('of an argument');
    expect(await shownToken({}, sources(''))).toBeUndefined();
  });

  it('is waited for no longer than until Ctrl-C', async () => {
    const leaving = new AbortController();
    const input = new Readable({ read: () => undefined });
    const waited = shownToken({ tokenFile: '-' }, { env: {}, input, signal: leaving.signal });
    leaving.abort(new Error('interrupted'));
    await expect(waited).rejects.toThrow();
  });

  it('is taken from one place', async () => {
    const both = shownToken({ token: 'a', tokenFile: 'b' }, sources(''));
    await expect(both).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('--token-file or --token'),
    });
  });

  it('is asked for where its file cannot be read', async () => {
    const none = shownToken({ tokenFile: join(folder, 'none') }, sources(''));
    await expect(none).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('none cannot be read (ENOENT)'),
    });
  });
});

it.each(['http://gild.example:7440', 'http://10.0.0.1', 'http://localhost.example'])(
  'warns of %s, where others may read the token',
  (url) => expect(plainWarning(url, {})).toMatch(/https.*GILD_URL_PLAINTEXT=allowed/),
);

it.each([
  'https://gild.example',
  'http://127.0.0.1:7440',
  'http://localhost:7440',
  'http://[::1]:7440',
  'no url',
])('warns not of %s', (url) => expect(plainWarning(url, {})).toBeUndefined());

it('warns of no network that somebody said to trust, and of any other value than that', () => {
  const warning = (GILD_URL_PLAINTEXT: string) => plainWarning('http://gateway:7440', { GILD_URL_PLAINTEXT });
  expect(warning('allowed')).toBeUndefined();
  for (const value of ['', 'refused', 'yes']) expect(warning(value)).toMatch(/not encrypted/);
});
