import { readFileSync } from 'node:fs';

/**
 * The environment with secrets that lie in files: `NAME_FILE` names the file, whose last line end does not count. A value
 * given itself goes before its file. A file that cannot be read ends the process as any other wrong setting: with code 2.
 */
export const withSecretFiles = (env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv => {
  const read = { ...env };
  for (const name of names) {
    const path = env[`${name}_FILE`];
    if (path === undefined || read[name] !== undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      process.stderr.write(`${name}_FILE: ${(error as Error).message}\n`);
      process.exit(2);
    }
  }
  return read;
};
