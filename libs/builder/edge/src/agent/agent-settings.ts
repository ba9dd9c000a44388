import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DISTRIBUTIONS, OS_RELEASES } from '@gild/contracts';
import { Fault, type ToldMirror, type ToldMirrors } from '@gild/ports';
import { parseDocument } from 'yaml';
import { z } from 'zod';

const REPOSITORY_NAMES = DISTRIBUTIONS.flatMap((name) => [
  name,
  ...OS_RELEASES[name].map(({ version }) => `${name} ${version}`),
]);

// One address and nothing else: package managers read lists, options and other schemes into them.
const address = z
  .string()
  .regex(/^https?:\/\/[^\s\p{Cc}[\]]+$/u, 'expected one http or https address without spaces and brackets');

const Mirror = z.strictObject({
  main: address.optional(),
  security: address.optional(),
  key: z.string().min(1).optional(),
});

/** Distributions of the Debian family keep security updates apart; where there is no such place, telling one would do nothing. */
const keepsSecurityApart = (name: string): boolean =>
  DISTRIBUTIONS.some(
    (one) => one === name.split(' ')[0] && OS_RELEASES[one].some(({ family }) => family !== 'rpm'),
  );

const Settings = z.strictObject({
  mirrors: z
    .record(z.string(), Mirror)
    .superRefine((mirrors, context) => {
      for (const name of Object.keys(mirrors).filter((it) => !REPOSITORY_NAMES.includes(it)))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: `expected one of ${REPOSITORY_NAMES.join(', ')}`,
        });
      for (const [name, { security }] of Object.entries(mirrors))
        if (security !== undefined && REPOSITORY_NAMES.includes(name) && !keepsSecurityApart(name))
          context.addIssue({
            code: 'custom',
            path: [name, 'security'],
            message: `${name.split(' ')[0]} has no security updates apart from the others; name its mirror as main`,
          });
    })
    .default({}),
});

/** What an agent is told by a file of its host. */
export type AgentSettings = { mirrors: ToldMirrors };

/**
 * Reads `agent.yaml`; without the file every setting has its default. A `key` is the path of a file, from the folder of the
 * settings. Fault: INVALID_REQUEST, naming every problem with its path.
 */
export const readAgentSettings = async (path: string): Promise<AgentSettings> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw invalid(path, [`cannot be read (${error.code ?? error.message})`]);
  });
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0)
    throw invalid(
      path,
      document.errors.map(({ message }) => message.split('\n')[0] ?? ''),
    );
  const parsed = Settings.safeParse(document.toJS() ?? {});
  if (!parsed.success) throw invalid(path, parsed.error.issues.map(problem));
  return { mirrors: await withKeys(parsed.data.mirrors, path) };
};

const problem = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

const invalid = (path: string, problems: readonly string[]): Fault =>
  new Fault('INVALID_REQUEST', problems.map((each) => `${path}: ${each}`).join('\n'));

const withKeys = async (
  mirrors: Readonly<Record<string, z.output<typeof Mirror>>>,
  path: string,
): Promise<ToldMirrors> => {
  const rows = Object.entries(mirrors).map(async ([name, { main, security, key }]) => {
    const told: ToldMirror = {
      ...(main === undefined ? {} : { main }),
      ...(security === undefined ? {} : { security }),
      ...(key === undefined ? {} : { key: await readKey(resolve(dirname(path), key), { path, name }) }),
    };
    return [name, told] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
};

const ARMOUR = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

const readKey = async (file: string, of: { path: string; name: string }): Promise<string> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid(of.path, [
      `mirrors.${of.name}.key: ${file} cannot be read (${error.code ?? error.message})`,
    ]);
  });
  if (text.includes(ARMOUR)) return text;
  throw invalid(of.path, [`mirrors.${of.name}.key: ${file} is no armoured OpenPGP key`]);
};
