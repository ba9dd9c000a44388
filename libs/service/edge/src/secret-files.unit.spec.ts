import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSecretFiles } from './secret-files.js';

let folder: string;
const secret = (text: string): string => {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  return path;
};

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gild-secret-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it('reads a secret from its file, without the line end that editors leave', () => {
  const path = secret('not to be told\n');
  expect(withSecretFiles({ GILD_TOKEN_FILE: path }, ['GILD_TOKEN'])['GILD_TOKEN']).toBe('not to be told');
});

it('takes a secret that is given itself before its file', () => {
  const env = { GILD_TOKEN: 'given', GILD_TOKEN_FILE: secret('of the file') };
  expect(withSecretFiles(env, ['GILD_TOKEN'])['GILD_TOKEN']).toBe('given');
});

it('reads no file of a setting that is no secret of the service', () => {
  const env = { GILD_OTHER_FILE: join(folder, 'nothing') };
  expect(withSecretFiles(env, ['GILD_TOKEN'])).toStrictEqual(env);
});
