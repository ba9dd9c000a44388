import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DISTRIBUTIONS, OS_RELEASES } from '@gild/contracts';
import { Fault, type ToldMirror, type ToldMirrors } from '@gild/ports';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { ToldCaps } from './build-caps.js';
import { MOST_SLOTS } from './slots.js';

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

type Rows = Readonly<Record<string, { security?: unknown } | null>>;

/** What is wrong with a row for the name it has, whatever else is wrong with it. */
const misnamed = (mirrors: Rows, context: z.core.$RefinementCtx): void => {
  for (const [name, row] of Object.entries(mirrors))
    if (!REPOSITORY_NAMES.includes(name))
      context.addIssue({
        ...{ code: 'custom', path: [name] },
        message: `expected one of ${REPOSITORY_NAMES.join(', ')}`,
      });
    else if (row?.security !== undefined && !keepsSecurityApart(name))
      context.addIssue({
        ...{ code: 'custom', path: [name, 'security'] },
        message: `${name.split(' ')[0]} has no security updates apart from the others; name its mirror as main`,
      });
};

const isMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const amount = z.int().min(1).optional();

const Settings = z.strictObject({
  slots: z.int().min(1).max(MOST_SLOTS).optional(),
  limits: z
    .strictObject({ processes: amount, memory_mib: amount, disk_mib: amount, files: amount })
    .optional(),
  mirrors: z
    .record(z.string(), Mirror)
    .superRefine(misnamed, { when: ({ value }) => isMap(value) })
    .default({}),
});

/** What an agent is told by a file of its host. */
export type AgentSettings = {
  mirrors: ToldMirrors;
  /** How many builds it works on at once; 1 unless told. */
  slots?: number;
  /** What every build may take. */
  limits?: ToldCaps;
};

/**
 * Reads `agent.yaml`; without the file every setting has its default. A `key` is the path of a file, from the folder of the
 * settings. Fault: INVALID_REQUEST, naming every problem with its path: of the YAML, else of the settings, else of the keys.
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
  const { mirrors, slots, limits } = parsed.data;
  return { mirrors: await withKeys(mirrors, path), ...(slots && { slots }), ...(limits && { limits }) };
};

const problem = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

const invalid = (path: string, problems: readonly string[]): Fault =>
  new Fault('INVALID_REQUEST', problems.map((each) => `${path}: ${each}`).join('\n'));

type KeyOf = (row: string, key: string) => Promise<string>;

const toldRow = async (
  [name, { main, security, key }]: [string, z.output<typeof Mirror>],
  keyOf: KeyOf,
): Promise<[string, ToldMirror]> => [
  name,
  {
    ...(main === undefined ? {} : { main }),
    ...(security === undefined ? {} : { security }),
    ...(key === undefined ? {} : { key: await keyOf(name, key) }),
  },
];

/** All keys are looked at before any is complained of. */
const withKeys = async (
  mirrors: Readonly<Record<string, z.output<typeof Mirror>>>,
  path: string,
): Promise<ToldMirrors> => {
  const problems: string[] = [];
  const keyOf: KeyOf = async (row, key) => {
    const file = resolve(dirname(path), key);
    const { armoured, trouble } = await readKey(file);
    if (trouble !== undefined) problems.push(`mirrors.${row}.key: ${file} ${trouble}`);
    return armoured;
  };
  const rows = await Promise.all(Object.entries(mirrors).map((row) => toldRow(row, keyOf)));
  if (problems.length > 0) throw invalid(path, problems.sort());
  return Object.fromEntries(rows);
};

const ARMOUR = '-----BEGIN PGP PUBLIC KEY BLOCK-----';

const readKey = async (file: string): Promise<{ armoured: string; trouble?: string }> => {
  try {
    const armoured = await readFile(file, 'utf8');
    return armoured.includes(ARMOUR) ? { armoured } : { armoured, trouble: 'is no armoured OpenPGP key' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { armoured: '', trouble: `cannot be read (${code ?? message})` };
  }
};
